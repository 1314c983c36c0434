import type { Length } from '../plant/demand'

/** Seconds to the millisecond below a hundred, to a tenth from there on: `1.002`. */
export function secondsText(ms: number): string {
  return (ms / 1000).toFixed(ms < 100_000 ? 3 : 1)
}

/**
 * A length as the interval it is known to: `0.999–2.000`, `≥ 0.999`, `≤ 2.000`; one number where
 * both are the same; `?` where nothing is known.
 */
export function lengthText({ min, max }: Length): string {
  if (min === null && max === null) return '?'
  if (max === null) return `≥ ${secondsText(min ?? 0)}`
  if (min === null) return `≤ ${secondsText(max)}`
  const [from, to] = [secondsText(min), secondsText(max)]
  return from === to ? from : `${from}–${to}`
}

/** A response in seconds as `lengthText` takes it. */
export function responseLength(
  response: readonly [number | null, number | null] | null,
): Length {
  const [min, max] = response ?? [null, null]
  return { min: min === null ? null : min * 1000, max: max === null ? null : max * 1000 }
}
