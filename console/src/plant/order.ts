import type { Alarm, Interlock, Priority } from '../api/types'
import type { InterlockState } from './interlock'
import { PRIORITIES, alarmState, calls } from './alarm'

/**
 * What calls first, what is suppressed last; then what still holds, then priority, then newest;
 * ties by id, so the order never flickers.
 */
export function compareAlarms(a: Alarm, b: Alarm): number {
  return (
    Number(calls(b)) - Number(calls(a)) ||
    Number(a.suppressed_by !== null) - Number(b.suppressed_by !== null) ||
    Number(b.active) - Number(a.active) ||
    PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
    Date.parse(b.raised_at) - Date.parse(a.raised_at) ||
    (a.id < b.id ? -1 : 1)
  )
}

/** The alarms that belong on the list, in its order. */
export function standing(alarms: Iterable<Alarm>): Alarm[] {
  return [...alarms].filter((alarm) => alarmState(alarm) !== 'normal').sort(compareAlarms)
}

/** How many unacknowledged alarms there are of each priority; suppressed ones do not call. */
export function unacknowledgedCounts(alarms: Iterable<Alarm>): Record<Priority, number> {
  const counts: Record<Priority, number> = { critical: 0, high: 0, medium: 0, low: 0 }
  for (const alarm of alarms) if (calls(alarm)) counts[alarm.priority] += 1
  return counts
}

/** What the list showed when the pointer came over it: ids in order, with their occurrence. */
export type Held = ReadonlyMap<string, number>

export function hold(alarms: readonly Alarm[]): Held {
  return new Map(alarms.map((alarm) => [alarm.id, alarm.occurrence]))
}

/**
 * Unacknowledged alarms that a held list does not show at their place: not on it at all, or
 * raised anew since it was held.
 */
export function newSince(held: Held, sorted: readonly Alarm[]): Alarm[] {
  return sorted.filter(
    (alarm) => calls(alarm) && held.get(alarm.id) !== alarm.occurrence,
  )
}

/** What asks for a look first; what is at rest last. */
const STATES: readonly InterlockState[] = [
  'demanded',
  'unavailable',
  'disarmed',
  'bypassed',
  'degraded',
  'unknown',
  'armed',
]

/** Interlocks by state, then by their last demand, newest first; else as the plant has them. */
export function byNeed(interlocks: Iterable<Interlock>): Interlock[] {
  const demanded = (one: Interlock) => (one.last_demand ? Date.parse(one.last_demand.time) : 0)
  return [...interlocks].sort(
    (a, b) =>
      STATES.indexOf(a.raw_state) - STATES.indexOf(b.raw_state) || demanded(b) - demanded(a),
  )
}
