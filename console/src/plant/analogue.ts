import type { Signal } from '../api/types'

/** A trend shows no more signals than people can tell apart. */
const MOST = 6

/** The first measured quantities, in the plant's order; a switch has no unit and no curve. */
export function firstAnalogue(signals: Iterable<Signal>): string[] {
  const found: string[] = []
  for (const { id, unit } of signals) {
    if (unit !== null && found.length < MOST) found.push(id)
  }
  return found
}
