import type { Limit, Signal } from '../../api/types'
import type { Extent } from './stretches'

/**
 * One pane for each unit, above each other on one time axis, and the discrete signals as lanes
 * at the bottom.
 *
 * Rather panes than axes side by side: a limit is drawn next to the one line it belongs to, each
 * line is read from a true axis in its own unit, and where lines cross it means something. With
 * one normalised plot a water flow "crosses" a pressure and four limits belong to nobody. What
 * moves together in time is seen better along a common time axis, as on a strip chart; and at
 * 600 x 200 two panes of 80 px are still readable, while three axes leave no room to plot.
 */
export interface Pane {
  /** Null: the lanes of discrete signals. */
  unit: string | null
  ids: string[]
}

/** Lay out signals: a pane a unit in order of appearance, then one of lanes. */
export function panesOf(signals: readonly Pick<Signal, 'id' | 'unit'>[]): Pane[] {
  const panes = new Map<string | null, Pane>()
  for (const { id, unit } of signals) {
    const pane = panes.get(unit) ?? { unit, ids: [] }
    panes.set(unit, pane)
    pane.ids.push(id)
  }
  return [...panes.values()].sort((a, b) => Number(a.unit === null) - Number(b.unit === null))
}

const LANE = 22
const LEAST_LANE = 14
const LEAST_PANE = 36

/** Share a height (px) among panes: a lane is low, the others take the rest alike. */
export function heightsOf(panes: readonly Pane[], height: number): number[] {
  const lanes = panes.reduce((sum, pane) => sum + (pane.unit === null ? pane.ids.length : 0), 0)
  const numeric = panes.filter((pane) => pane.unit !== null).length
  if (numeric === 0) return panes.map(() => height)
  const room = height - numeric * LEAST_PANE
  const lane = lanes === 0 ? 0 : Math.max(LEAST_LANE, Math.min(LANE, Math.floor(room / lanes)))
  const each = Math.max(LEAST_PANE, Math.floor((height - lanes * lane) / numeric))
  return panes.map((pane) => (pane.unit === null ? lane * pane.ids.length : each))
}

/** Levels that are a line of their own; rate, deviation and state have no place on the axis. */
const LINES: readonly Limit['level'][] = ['LL', 'L', 'H', 'HH']

/** A limit line of a pane, and whose it is; the same figure at several signals is one line. */
export interface LimitLine {
  at: number
  level: Limit['level']
  /** Places of the signals in the pane. */
  of: number[]
}

export function limitLines(signals: readonly Pick<Signal, 'limits'>[]): LimitLine[] {
  const lines: LimitLine[] = []
  signals.forEach((signal, place) => {
    for (const { level, set_point: at } of signal.limits) {
      if (!LINES.includes(level)) continue
      const same = lines.find((line) => line.at === at && line.level === level)
      if (same) same.of.push(place)
      else lines.push({ at, level, of: [place] })
    }
  })
  return lines
}

/**
 * Choose what a pane's axis spans.
 *
 * Limits are always in sight (`withLimits`): the distance to them is what is asked. The axis is
 * never narrower than 2 % of the instrument's range, so that noise does not look like a swing.
 */
export function rangeOf(
  signals: readonly Pick<Signal, 'limits' | 'range_low' | 'range_high'>[],
  extents: readonly (Extent | null)[],
  withLimits: boolean,
): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  const take = (value: number): void => {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  for (const extent of extents) {
    if (!extent) continue
    take(extent.low)
    take(extent.high)
  }
  if (withLimits) for (const { at } of limitLines(signals)) take(at)
  if (low > high) {
    for (const signal of signals) {
      take(signal.range_low)
      take(signal.range_high)
    }
  }
  const widest = Math.max(...signals.map((signal) => signal.range_high - signal.range_low))
  const least = widest * 0.02 || 1
  if (high - low < least) {
    const middle = (low + high) / 2
    ;[low, high] = [middle - least / 2, middle + least / 2]
  }
  const pad = (high - low) * 0.07
  return [low - pad, high + pad]
}

/** Move labels (their wanted middles, px) apart so that none lies over another. */
export function spread(wanted: readonly number[], size: number, top: number, end: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))
  const placed = [...wanted]
  let free = top + size / 2
  for (const i of order) {
    placed[i] = Math.max(wanted[i] as number, free)
    free = placed[i] + size
  }
  let most = end - size / 2
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i] as number, most)
    most = placed[i] - size
  }
  return placed
}
