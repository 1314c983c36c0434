import { extent, seenPoint, stretches, type Seen, type Standing, type Stretch } from './stretches'
import { limitLines, rangeOf, type Pane } from './layout'
import { drawBand, drawLine, drawMarkers, drawSteps } from './lines'
import { drawDoubts, drawLabels, drawLimits, drawMarks, type Label } from './notes'
import { font, within, xOf, yOf, type Sheet } from './sheet'
import type { Mark } from './span'
import type { Strand } from './strand'

/** A strand and its place among all: that gives its colour and shape. */
export interface Placed {
  strand: Strand
  order: number
}

/** What the painting needs to know of its surroundings. */
export interface Scene {
  marks: readonly Mark[]
  gutter: number
  standing: (strand: Strand) => Standing
  figure: (strand: Strand, value: number) => string
  /** The value to stand at the right: the last one in sight, or null when there is none. */
  valueText: (strand: Strand, last: Seen | null) => string
  name: (strand: Strand) => string
  doubt: (stretch: Stretch) => string
  words: { on: string; off: string }
}

/** What the axis of a pane spans over [from, to]. */
export function paneRange(
  pane: Pane,
  placed: readonly Placed[],
  from: number,
  to: number,
  withLimits: boolean,
): [number, number] {
  if (pane.unit === null) return [0, 1]
  const extents = placed.map(({ strand }) => extent(strand.track, from, to))
  return rangeOf(placed.map(({ strand }) => strand.signal), extents, withLimits)
}

/** Paint one pane of measured values: doubt below, then limits, lines, marks and labels. */
export function paintPane(
  sheet: Sheet,
  placed: readonly Placed[],
  scene: Scene,
  isFirst: boolean,
): void {
  const { look } = sheet
  const first = placed[0]
  if (!first) return
  within(sheet, () => {
    paintDoubts(sheet, placed, scene)
    const lines = limitLines(placed.map(({ strand }) => strand.signal))
    const orders = placed.map(({ order }) => order)
    for (const { strand, order } of placed) {
      drawBand(sheet, strand.track, look.series[order] ?? look.ink)
    }
    for (const { strand, order } of placed) {
      drawLine(sheet, strand.track, look.series[order] ?? look.ink)
    }
    if (placed.length > 1) {
      for (const { strand, order } of placed) {
        drawMarkers(sheet, strand.track, look.series[order] ?? look.ink, order)
      }
    }
    drawLimits(sheet, lines, orders, (value) => scene.figure(first.strand, value))
  })
  drawMarks(sheet, scene.marks, isFirst)
  const labels = placed.map((one) => labelOf(sheet, one, scene))
  drawLabels(sheet, labels, scene.gutter)
}

/** Paint the discrete signals, a lane each. */
export function paintLanes(
  sheet: Sheet,
  placed: readonly Placed[],
  scene: Scene,
  isFirst: boolean,
): void {
  const { ctx, look } = sheet
  const height = sheet.height / placed.length
  placed.forEach(({ strand, order }, at) => {
    const lane = { ...sheet, top: sheet.top + at * height, height }
    within(lane, () => {
      drawDoubts(lane, stretchesOf(lane, strand, scene), scene.doubt)
      font(lane, 11)
      drawSteps(lane, strand.track, look.series[order] ?? look.ink, scene.words)
    })
    ctx.fillStyle = look.grid
    ctx.fillRect(lane.left, Math.round(lane.top), lane.width, 1)
    drawLabels(lane, [{ ...labelOf(lane, { strand, order }, scene), y: null }], scene.gutter)
  })
  drawMarks(sheet, scene.marks, isFirst)
}

function stretchesOf(sheet: Sheet, strand: Strand, scene: Scene): Stretch[] {
  return stretches(strand.track, sheet.from, sheet.to, scene.standing(strand))
}

const STRIP = 14

/** What all signals of a pane lack is hatched over its whole height; else each has a strip. */
function paintDoubts(sheet: Sheet, placed: readonly Placed[], scene: Scene): void {
  const each = placed.map(({ strand }) => stretchesOf(sheet, strand, scene))
  const slack = Math.max(2500, ((sheet.to - sheet.from) / sheet.width) * 3)
  const isShared = (stretch: Stretch): boolean =>
    each.every((all) =>
      all.some(
        ({ from, to, doubt }) =>
          doubt === stretch.doubt &&
          Math.abs(from - stretch.from) < slack &&
          Math.abs(to - stretch.to) < slack,
      ),
    )
  drawDoubts(sheet, (each[0] ?? []).filter(isShared), scene.doubt)
  if (placed.length === 1) return
  const height = Math.min(STRIP * sheet.px, sheet.height / placed.length)
  placed.forEach(({ order }, at) => {
    const top = sheet.top + sheet.height - height * (placed.length - at)
    const own = (each[at] ?? []).filter((stretch) => !isShared(stretch))
    drawDoubts({ ...sheet, top, height }, own, scene.doubt, order)
  })
}

function labelOf(sheet: Sheet, { strand, order }: Placed, scene: Scene): Label {
  const { track } = strand
  const last = track.points.after(sheet.to) - 1
  const seen = last < 0 ? null : seenPoint(track, last)
  const inSight = seen !== null && seen.value !== null && seen.time + seen.width >= sheet.from
  return {
    order,
    value: scene.valueText(strand, inSight ? seen : null),
    name: scene.name(strand),
    y: inSight && xOf(sheet, seen.time) >= sheet.left ? yOf(sheet, seen.value as number) : null,
  }
}
