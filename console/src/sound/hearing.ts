import type { Alarm, Priority } from '../api/types'
import { PRIORITIES, calls } from '../plant/alarm'
import type { AlarmChange } from '../plant/standing'

/** What can sound: the most urgent alarm that nobody has silenced, or that nobody judges. */
export type Voice = Priority | 'not_judged'

type Occurrence = Pick<Alarm, 'id' | 'occurrence' | 'priority' | 'acknowledged' | 'suppressed_by'>
type Counts = Record<Priority, number>

const none = (): Counts => ({ critical: 0, high: 0, medium: 0, low: 0 })

/**
 * Decides what should sound.
 *
 * An alarm that calls sounds until it is acknowledged or silenced. Silencing says "I have heard
 * it" of what calls at that moment and of nothing else: it acknowledges nothing, and an alarm
 * that calls afterwards sounds, unless one of a higher priority is silenced and still calls; then
 * it waits and sounds when that one is acknowledged. "Not judged" has a voice of its own that goes
 * before all others, for what is not judged may be worse; silenced, it is quiet until the next
 * time.
 */
export class Hearing {
  /** The occurrences that were silenced, by alarm. */
  readonly #silenced = new Map<string, Occurrence>()
  readonly #calling = new Map<string, Occurrence>()
  #heard = none()
  #unheard = none()
  #judged = true
  #notJudgedSilenced = false

  /** Take in what changed. */
  take(changes: Iterable<AlarmChange>): void {
    for (const { after } of changes) this.#put(after)
  }

  /** Take in all alarms, read anew; what was silenced stays silenced. */
  takeAll(alarms: Iterable<Occurrence>): void {
    this.#calling.clear()
    this.#heard = none()
    this.#unheard = none()
    for (const alarm of alarms) this.#put(alarm)
    for (const id of this.#silenced.keys()) if (!this.#calling.has(id)) this.#silenced.delete(id)
  }

  /** Say whether anybody judges. */
  judged(judged: boolean): void {
    this.#judged = judged
    if (judged) this.#notJudgedSilenced = false
  }

  /** A person has heard everything that calls now. */
  silence(): void {
    for (const alarm of this.#calling.values()) this.#silenced.set(alarm.id, alarm)
    for (const priority of PRIORITIES) this.#heard[priority] += this.#unheard[priority]
    this.#unheard = none()
    if (!this.#judged) this.#notJudgedSilenced = true
  }

  /** What should sound now; undefined for nothing. */
  voice(): Voice | undefined {
    if (!this.#judged && !this.#notJudgedSilenced) return 'not_judged'
    for (const priority of PRIORITIES) {
      if (this.#unheard[priority] > 0) return priority
      if (this.#heard[priority] > 0) return undefined
    }
    return undefined
  }

  /** True while something calls, or nobody judges, and is quiet only because it was silenced. */
  silenced(): boolean {
    const heard = PRIORITIES.some((priority) => this.#heard[priority] > 0)
    return this.voice() === undefined && (heard || this.#notJudgedSilenced)
  }

  #put(alarm: Occurrence): void {
    const before = this.#calling.get(alarm.id)
    if (before) this.#countsOf(before)[before.priority] -= 1
    if (calls(alarm)) {
      this.#calling.set(alarm.id, alarm)
      this.#countsOf(alarm)[alarm.priority] += 1
    } else {
      this.#calling.delete(alarm.id)
      this.#silenced.delete(alarm.id)
    }
  }

  #countsOf({ id, occurrence, priority }: Occurrence): Counts {
    const silenced = this.#silenced.get(id)
    const same = silenced?.occurrence === occurrence && silenced.priority === priority
    return same ? this.#heard : this.#unheard
  }
}
