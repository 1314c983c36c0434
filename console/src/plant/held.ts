import type { Alarm } from '../api/types'
import { calls } from './alarm'
import type { AlarmChange } from './standing'

/**
 * A list that stands still, and what is new since: unacknowledged alarms that it does not show at
 * their place, because they are not on it at all or were raised anew.
 *
 * `belongs` says whether an alarm would be on the list at all (filters).
 */
export class HeldList {
  readonly #occurrences: ReadonlyMap<string, number>
  readonly #fresh = new Map<string, Alarm>()

  constructor(
    readonly rows: readonly Alarm[],
    private readonly belongs: (alarm: Alarm) => boolean,
  ) {
    this.#occurrences = new Map(rows.map((alarm) => [alarm.id, alarm.occurrence]))
  }

  /** Take note of what changed; costs as much as there are changes, however long the list is. */
  take(changes: Iterable<AlarmChange>): void {
    for (const { after } of changes) this.#look(after)
  }

  /** Take note of a list that was read anew. */
  takeAll(alarms: Iterable<Alarm>): void {
    this.#fresh.clear()
    for (const alarm of alarms) this.#look(alarm)
  }

  /** New since the list stands still, the longest known first. */
  fresh(): Alarm[] {
    return [...this.#fresh.values()]
  }

  #look(alarm: Alarm): void {
    const isNew = calls(alarm) && this.#occurrences.get(alarm.id) !== alarm.occurrence
    if (isNew && this.belongs(alarm)) this.#fresh.set(alarm.id, alarm)
    else this.#fresh.delete(alarm.id)
  }
}
