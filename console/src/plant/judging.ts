import type { StatusEvent } from '../api/types'

/** The stream as the page sees it; `…At` are times of the page's monotonic clock in ms. */
export interface Link {
  open: boolean
  /** When anything at all last came in. */
  heardAt: number
  status: StatusEvent | null
  statusAt: number
}

export type LampState = 'connecting' | 'connected' | 'catching_up' | 'not_judged'

export interface Lamp {
  state: LampState
  /** With `not_judged`: since when, null if never heard. With `catching_up`: judged until then. */
  since: string | null
  /** True while the stream itself is down, whatever was last heard on it. */
  reconnecting: boolean
  /** Only then does armed mean armed and a good value good. */
  trusted: boolean
  /** How far behind the server's clock the judged data are, in ms; null when unknown. */
  dataAgeMs: number | null
}

/** The age of the data is written to a tenth of a second. */
const AGE_STEP_MS = 100

/** True when both say the same to a person. */
export function sameLamp(a: Lamp, b: Lamp): boolean {
  return (
    a.state === b.state &&
    a.since === b.since &&
    a.reconnecting === b.reconnecting &&
    a.trusted === b.trusted &&
    ageStep(a) === ageStep(b)
  )
}

function ageStep({ dataAgeMs }: Lamp): number | null {
  return dataAgeMs === null ? null : Math.floor(dataAgeMs / AGE_STEP_MS)
}

/** Silence on the stream that means that nobody is judging any more, in ms. */
export const SILENCE_MS = 3000

/**
 * Age of the monitor's heartbeat from which the page does not wait for the server to say so.
 * The server says so after 3 s, but only with its next word, up to a second later.
 */
export const HEARTBEAT_MS = 3500

/** The server's clock now, from its last word and the page's monotonic clock; null before that. */
export function serverNow(link: Link, now: number): number | null {
  return link.status && Date.parse(link.status.server_time) + (now - link.statusAt)
}

/**
 * Decide what the banner says about judging at `now`.
 *
 * Only a recent word of the server counts as connected: silence is never normal, and a page that
 * lost its server says so by its own timer.
 */
export function judge(link: Link, now: number): Lamp {
  const silent = now - link.heardAt > SILENCE_MS
  const reconnecting = !link.open || silent
  const clock = serverNow(link, now)
  if (!link.status || clock === null) {
    const state = silent ? 'not_judged' : 'connecting'
    return { state, since: null, reconnecting, trusted: false, dataAgeMs: null }
  }
  const { judging } = link.status
  const until = judging.judged_until
  const dataAgeMs = until === null ? null : Math.max(0, clock - Date.parse(until))
  const base = { reconnecting, dataAgeMs }
  const mute =
    now - link.statusAt > SILENCE_MS ||
    judging.heartbeat_at === null ||
    clock - Date.parse(judging.heartbeat_at) > HEARTBEAT_MS
  if (judging.stale || mute || until === null) {
    const since = judging.not_judged_since ?? until
    return { ...base, state: 'not_judged', since, trusted: false }
  }
  if (judging.catching_up || judging.behind) {
    return { ...base, state: 'catching_up', since: until, trusted: !judging.behind }
  }
  return { ...base, state: 'connected', since: null, trusted: true }
}
