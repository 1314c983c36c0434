import type { Entry } from '../api/types'

/** Over how long annunciations are counted, in s. */
export const RATE_WINDOW_S = 600

/** More annunciations than this in ten minutes are a flood (ISA-18.2, EEMUA 191). */
export const FLOOD_ABOVE = 10

/** With these an alarm may call; an occurrence is told from the one before by its number. */
const CALLING = new Set(['trip', 'level', 'unsuppress'])

/** The annunciations of the last ten minutes, each occurrence of an alarm once. */
export class AlarmRate {
  /** Occurrence (id and number) to the second in which it was raised. */
  readonly #known = new Map<string, number>()
  readonly #inSecond = new Map<number, number>()

  /** Take in an alarm entry, in any order and any number of times. */
  note(entry: Entry): void {
    if (entry.kind !== 'alarm') return
    const { event, acknowledged, suppressed_by, occurrence, raised_at } = entry.body
    if (!CALLING.has(String(event)) || acknowledged === true || suppressed_by !== null) return
    const key = `${entry.subject} ${String(occurrence)}`
    if (this.#known.has(key)) return
    const raised = Math.floor(Date.parse(String(raised_at)) / 1000)
    this.#known.set(key, raised)
    this.#inSecond.set(raised, (this.#inSecond.get(raised) ?? 0) + 1)
  }

  /** How many alarms called in the ten minutes before `now` (ms), to the second. */
  countAt(now: number): number {
    const from = Math.floor(now / 1000) - RATE_WINDOW_S
    let count = 0
    let old = false
    for (const [second, raised] of this.#inSecond) {
      if (second > from) count += raised
      else old = true
    }
    // Walks everything, so only once a minute.
    if (old && from % 60 === 0) this.#forget(from)
    return count
  }

  #forget(from: number): void {
    for (const second of this.#inSecond.keys()) if (second <= from) this.#inSecond.delete(second)
    for (const [key, second] of this.#known) if (second <= from) this.#known.delete(key)
  }
}
