import type { NoAnswer, Problem } from '../../api/problem'
import type { History, Signal } from '../../api/types'
import { longestStep, Track } from '../../plant/trend'
import type { Span } from './span'
import { shallowReactive } from 'vue'

/** What the last answer of the history said of a signal, besides its points. */
export interface Said {
  state: 'loading' | 'read' | 'failed'
  failure: Problem | NoAnswer | null
  recording: History['recording']
  /** The recorder's own words while it is failing. */
  fault: string | null
  /** Recorded up to here, in ms; null when nothing is known of it. */
  until: number | null
  /** Nothing at all was read in the span; then the beginning of what was read later, or null. */
  empty: boolean
  later: number | null
}

/** A signal in a trend: its points, and what is known about them. */
export interface Strand {
  id: string
  signal: Signal
  track: Track
  said: Said
  /** The signal comes faster than its period says: its samples are too many, ask for buckets. */
  coarse: boolean
  /** The live value taken last. */
  taken: { time: string | null; quality: Signal['quality'] } | null
}

export function strandOf(signal: Signal): Strand {
  return {
    id: signal.id,
    signal,
    track: new Track(longestStep(signal)),
    said: shallowReactive<Said>({
      state: 'loading',
      failure: null,
      recording: 'current',
      fault: null,
      until: null,
      empty: false,
      later: null,
    }),
    coarse: false,
    taken: null,
  }
}

/** From when to when a span is at `now`, in ms. */
export function windowOf(span: Span, now: number): [number, number] {
  return span.kind === 'live' ? [now - span.seconds * 1000, now] : [span.start, span.end]
}

export function sameSpan(a: Span, b: Span): boolean {
  if (a.kind === 'live') return b.kind === 'live' && a.seconds === b.seconds
  return b.kind === 'past' && a.start === b.start && a.end === b.end
}
