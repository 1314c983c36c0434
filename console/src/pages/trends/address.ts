import type { LocationQuery } from 'vue-router'
import type { Span } from '../../parts/trend/span'

/** A trend shows no more signals than people can tell apart. */
export const MOST_SIGNALS = 6

/** The width of a past trend whose address names only its middle, in seconds. */
const AROUND_S = 600

/** What is live when the address does not say, in seconds. */
export const LIVE_S = 600

/** What a trend's address says. */
export interface Address {
  signals: string[]
  span: Span
}

/**
 * Read a trend's address: `signal` once for each, and `span` seconds until now, or `at` (RFC 3339)
 * with `span` seconds around it.
 */
export function fromQuery(query: LocationQuery): Address {
  const all = [query['signal'] ?? []].flat()
  const signals = [...new Set(all.filter((id): id is string => !!id))]
  const seconds = Number([query['span']].flat()[0])
  const width = Number.isFinite(seconds) && seconds > 0 ? seconds : null
  const at = Date.parse([query['at']].flat()[0] ?? '')
  if (Number.isNaN(at)) return { signals, span: { kind: 'live', seconds: width ?? LIVE_S } }
  const half = Math.round(((width ?? AROUND_S) * 1000) / 2)
  return { signals, span: { kind: 'past', start: at - half, end: at + half } }
}

/** The address of a trend; `fromQuery` gives the same back. */
export function toQuery({ signals, span }: Address): Record<string, string | string[]> {
  if (span.kind === 'live') return { signal: signals, span: String(span.seconds) }
  const at = new Date((span.start + span.end) / 2).toISOString()
  return { signal: signals, at, span: String((span.end - span.start) / 1000) }
}
