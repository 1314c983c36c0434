import type { LiveValue, SentSignals, SignalsEvent } from '../api/types'

/** What the stream last said of each signal. */
export type Said = Map<string, LiveValue>

/**
 * Give the values of a `signals` event whole, and remember in `said` what is said by it.
 *
 * The stream sends a signal that goes on as before as its number and its age only.
 */
export function whole(sent: SentSignals, said: Said): SignalsEvent {
  const signals = { ...sent.signals }
  const at = sent.at === null ? null : Date.parse(sent.at)
  for (const [id, [value, ageMs]] of Object.entries(sent.fresh)) {
    const before = said.get(id)
    // Of a signal that was never said whole its quality is not known: better nothing than a guess.
    if (!before || at === null) continue
    const time = new Date(at - ageMs).toISOString()
    signals[id] = { ...before, value, last_value: value, time }
  }
  for (const [id, live] of Object.entries(signals)) said.set(id, live)
  return { at: sent.at, full: sent.full, signals }
}
