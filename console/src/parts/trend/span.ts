/** The time a trend shows: the last seconds until now, moving on, or a fixed part of the past. */
export type Span =
  | { kind: 'live'; seconds: number }
  | { kind: 'past'; start: number; end: number }

/** A moment to be marked in a trend, in ms since 1970. */
export interface Mark {
  at: number
  label: string
}
