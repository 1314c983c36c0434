import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { decimalsFor, unitText } from '../../text/quantity'
import type { Pane } from './layout'
import type { Look } from './look'
import type { Sheet } from './sheet'
import { tickTexts, ticksOf } from './zone'

/** Sizes in CSS pixels. */
export const AXIS_WIDTH = 62
const UNIT_WIDTH = 14
export const TIME_HEIGHT = 32
const TOP = 5
const TICK_SPACE = 74
/** From a point farther off the crosshair is not drawn to it. */
const SNAP = 8

export interface Asks {
  look: () => Look
  timeZone: () => string
  /** Width of the margin for labels at the right. */
  gutter: () => number
  /** Draw what belongs into pane `at`. */
  paint: (at: number, sheet: Sheet) => void
  /** A span was chosen by dragging, in ms. */
  zoom: (from: number, to: number) => void
  reset: () => void
  /** The crosshair's time and its place in the plots; null when it left. */
  hover: (place: { time: number; left: number; top: number } | null) => void
  /** The time of a point near `time`, or `time` itself. */
  snap: (time: number) => number
}

let groups = 0

/**
 * A pile of uPlots, one a pane, with one crosshair and one time axis.
 *
 * uPlot gives canvas, axes, crosshair and the dragged selection. The lines are painted by `paint`
 * from the tracks themselves: uPlot wants one common column of times for all series, and joining
 * six signals of different periods at each redraw costs more than drawing them.
 */
export class Plots {
  private plots: uPlot[] = []
  private ranges: [number, number][] = []
  private span: [number, number] = [0, 1]
  private chosen = false
  private ticks: { key: string; ticks: number[]; step: number } | undefined
  private readonly key = `trend-${++groups}`

  constructor(
    private readonly host: HTMLElement,
    private readonly asks: Asks,
  ) {}

  /** Make the plots anew. */
  build(panes: readonly Pane[], width: number, heights: readonly number[]): void {
    this.destroy()
    this.ranges = panes.map(() => [0, 1])
    this.plots = panes.map((pane, at) => {
      const isLast = at === panes.length - 1
      const options = this.options(pane, at, isLast, width, heights[at] as number)
      const plot = new uPlot(options, [[...this.span], [null, null]], this.host)
      plot.root.setAttribute('aria-hidden', 'true')
      return plot
    })
  }

  resize(width: number, heights: readonly number[]): void {
    this.plots.forEach((plot, at) => {
      const isLast = at === this.plots.length - 1
      plot.setSize({ width, height: (heights[at] as number) + (isLast ? TIME_HEIGHT : 0) })
    })
  }

  /** Draw all panes for [from, to] ms, each over its own range of values. */
  draw(from: number, to: number, ranges: readonly [number, number][]): void {
    this.span = [from, to]
    this.plots.forEach((plot, at) => {
      const range = ranges[at]
      if (range) this.ranges[at] = range
      plot.batch(() => plot.setData([[from, to], [null, null]], true))
    })
  }

  /** Put the crosshair at a time, or away with null. */
  point(time: number | null): void {
    for (const plot of this.plots) {
      const left = time === null ? -10 : plot.valToPos(time, 'x')
      plot.setCursor({ left, top: time === null ? -10 : 10 })
    }
  }

  /** Width of the plotted area in CSS pixels. */
  get plotWidth(): number {
    return this.plots[0] ? this.plots[0].over.clientWidth : 0
  }

  destroy(): void {
    for (const plot of this.plots) plot.destroy()
    this.plots = []
  }

  private options(
    pane: Pane,
    at: number,
    isLast: boolean,
    width: number,
    height: number,
  ): uPlot.Options {
    const { asks } = this
    return {
      width,
      height: height + (isLast ? TIME_HEIGHT : 0),
      ms: 1,
      padding: [TOP, asks.gutter(), isLast ? 0 : 2, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => this.span },
        y: { range: () => this.ranges[at] as [number, number] },
      },
      series: [{}, { scale: 'y', points: { show: false }, paths: () => null }],
      axes: [this.timeAxis(isLast), this.valueAxis(pane)],
      cursor: this.cursor(),
      hooks: {
        draw: [(plot) => asks.paint(at, this.sheet(plot, at))],
        setSelect: [(plot) => this.select(plot)],
        setCursor: [(plot) => this.moved(plot)],
      },
    }
  }

  private timeAxis(isLast: boolean): uPlot.Axis {
    const { asks } = this
    return {
      scale: 'x',
      size: isLast ? TIME_HEIGHT : 0,
      gap: 3,
      lineGap: 1.2,
      font: `11px ${asks.look().family}`,
      stroke: () => asks.look().quiet,
      grid: { stroke: () => asks.look().grid, width: 1 },
      ticks: { show: isLast, size: 4, stroke: () => asks.look().grid, width: 1 },
      splits: (plot, _axis, from, to) => {
        const least = ((to - from) / Math.max(1, plot.over.clientWidth || plot.width)) * TICK_SPACE
        const key = `${from} ${to} ${least} ${asks.timeZone()}`
        // All panes ask for the same, and uPlot asks several times while it lays out its axes.
        if (this.ticks?.key !== key) {
          this.ticks = { key, ...ticksOf(from, to, least, asks.timeZone()) }
        }
        return this.ticks.ticks
      },
      values: (_plot, splits) =>
        isLast ? tickTexts(splits, this.ticks?.step ?? 1, asks.timeZone()) : [],
    }
  }

  private valueAxis(pane: Pane): uPlot.Axis {
    const { asks } = this
    const isLanes = pane.unit === null
    return {
      scale: 'y',
      size: AXIS_WIDTH - UNIT_WIDTH,
      // Also without a unit the room is kept: the panes' time axes must lie under each other.
      label: unitText(pane.unit) || ' ',
      labelSize: UNIT_WIDTH,
      labelGap: -3,
      labelFont: `600 11px ${asks.look().family}`,
      gap: 3,
      space: 26,
      font: `11px ${asks.look().family}`,
      stroke: () => asks.look().quiet,
      grid: { show: !isLanes, stroke: () => asks.look().grid, width: 1 },
      ticks: { show: !isLanes, size: 4, stroke: () => asks.look().grid, width: 1 },
      values: (_plot, splits) => {
        if (isLanes) return []
        const step = (splits[1] ?? 1) - (splits[0] ?? 0)
        const digits = step < 0.001 ? 4 : step < 0.01 ? 3 : decimalsFor(step * 10) - 1
        return splits.map((value) => value.toFixed(step >= 1 ? 0 : Math.max(1, digits)))
      },
    }
  }

  private cursor(): uPlot.Cursor {
    const { asks } = this
    return {
      y: false,
      points: { show: false },
      sync: { key: this.key, setSeries: false },
      drag: { x: true, y: false, setScale: false, dist: 5 },
      move: (plot, left, top) => {
        if (left < 0 || plot.cursor.event?.buttons) return [left, top]
        const place = plot.valToPos(asks.snap(plot.posToVal(left, 'x')), 'x')
        return [Math.abs(place - left) <= SNAP ? place : left, top]
      },
      bind: {
        // uPlot's own would show all data; ours goes back to the span that was given.
        dblclick: () => () => {
          asks.reset()
          return null
        },
      },
    }
  }

  private select(plot: uPlot): void {
    const { left, width } = plot.select
    if (width < 5 || this.chosen) return
    // The crosshair is shared, so every plot tells of the same drag: the first one counts.
    this.chosen = true
    setTimeout(() => (this.chosen = false))
    const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]
    for (const one of this.plots) one.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    this.asks.zoom(from, to)
  }

  private moved(plot: uPlot): void {
    const { left, top } = plot.cursor
    if (left === undefined || left < 0) {
      this.asks.hover(null)
      return
    }
    const place = { left: left + plot.over.offsetLeft, top: plot.root.offsetTop + (top ?? 0) }
    this.asks.hover({ time: plot.posToVal(left, 'x'), ...place })
  }

  private sheet(plot: uPlot, at: number): Sheet {
    const { left, top, width, height } = plot.bbox
    const [from, to] = this.span
    const [low, high] = this.ranges[at] as [number, number]
    const px = uPlot.pxRatio
    const { ctx } = plot
    return { ctx, left, top, width, height, px, from, to, low, high, look: this.asks.look() }
  }
}
