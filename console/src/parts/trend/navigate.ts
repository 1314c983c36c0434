import type { Span } from './span'
import { windowOf } from './strand'

/** The shortest and longest time a trend shows, in ms. */
const SHORTEST = 1000
const LONGEST = 366 * 86_400_000
/** A live trend shorter than this shows nothing but jumps. */
const SHORTEST_LIVE_S = 10

/** The span from `from` to `to` (ms), made possible: not too short, not in the future. */
export function spanOf(from: number, to: number, now: number): Span {
  // Half of it in whole ms, so that an address with its middle means the very same span.
  const half = Math.round(Math.min(LONGEST, Math.max(SHORTEST, to - from)) / 2)
  const middle = Math.round(Math.min((from + to) / 2, now - half))
  return { kind: 'past', start: middle - half, end: middle + half }
}

/** Move by a share of the width; a past that reaches now is live again. */
export function panned(span: Span, share: number, now: number): Span {
  const [from, to] = windowOf(span, now)
  const shift = (to - from) * share
  if (to + shift >= now) {
    if (span.kind === 'live') return span
    return { kind: 'live', seconds: Math.max(SHORTEST_LIVE_S, Math.round((to - from) / 1000)) }
  }
  return spanOf(from + shift, to + shift, now)
}

/** Show `factor` times as much: a live trend keeps its right edge, a past one its middle. */
export function zoomed(span: Span, factor: number, now: number): Span {
  if (span.kind === 'live') {
    const seconds = Math.round(span.seconds * factor)
    return { kind: 'live', seconds: Math.min(LONGEST / 1000, Math.max(SHORTEST_LIVE_S, seconds)) }
  }
  const middle = (span.start + span.end) / 2
  const half = ((span.end - span.start) * factor) / 2
  return spanOf(middle - half, middle + half, now)
}
