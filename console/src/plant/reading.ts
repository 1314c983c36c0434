import type { LiveValue, Quality, Signal } from '../api/types'

/** Beyond its maximum age a value is stale here, whatever the last message said, in ms. */
const AGE_MARGIN_MS = 1500

/** What may be shown of a signal now. */
export interface Shown {
  quality: Quality
  reason: LiveValue['reason']
  /** The number to write; null where only a dash is honest. */
  value: number | null
  /** True when `value` is only the last one known and must be struck. */
  old: boolean
  ageMs: number | null
}

/**
 * Decide what a signal may show at `clock`, the server's time in ms.
 *
 * While nobody judges, or the value outlived its maximum age, a good value is only an old one.
 */
export function shown(signal: Signal, trusted: boolean, clock: number | null): Shown {
  const ageMs =
    signal.time === null || clock === null ? null : Math.max(0, clock - Date.parse(signal.time))
  let { quality, reason } = signal
  if (quality === 'GOOD' || quality === 'UNCERTAIN') {
    if (!trusted) [quality, reason] = ['STALE', 'NOT_JUDGED']
    else if (ageMs !== null && ageMs > signal.max_age_s * 1000 + AGE_MARGIN_MS) {
      ;[quality, reason] = ['STALE', 'AGED']
    }
  }
  const usable = quality === 'GOOD' || quality === 'UNCERTAIN'
  const old = quality === 'STALE'
  const value = usable ? signal.value : old ? (signal.last_value ?? signal.value) : null
  return { quality, reason, value, old, ageMs }
}

/** The signal with the values of a `signals` event. */
export function signalAfter(live: LiveValue, before: Signal): Signal {
  return { ...before, ...live }
}
