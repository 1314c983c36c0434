import type { Alarm, Interlock } from '../api/types'
import { PRIORITIES, alarmState, calls } from './alarm'
import { STATES } from './interlock'

/** Where an alarm belongs on the list; worked out once a change, so that comparing is cheap. */
export interface Place {
  readonly alarm: Alarm
  /** What calls first, what is suppressed last; then what still holds; then priority. */
  readonly group: number
  /** When it was raised, in ms. */
  readonly raised: number
}

export function placeOf(alarm: Alarm): Place {
  const group =
    (calls(alarm) ? 0 : 16) +
    (alarm.suppressed_by === null ? 0 : 8) +
    (alarm.active ? 0 : 4) +
    PRIORITIES.indexOf(alarm.priority)
  return { alarm, group, raised: Date.parse(alarm.raised_at) }
}

/** By group, then newest; ties by id, so the order never flickers. */
export function comparePlaces(a: Place, b: Place): number {
  return a.group - b.group || b.raised - a.raised || compareIds(a.alarm.id, b.alarm.id)
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The alarms that belong on the list, in its order. */
export function standing(alarms: Iterable<Alarm>): Alarm[] {
  return placesOf(alarms).map((place) => place.alarm)
}

export function placesOf(alarms: Iterable<Alarm>): Place[] {
  const places: Place[] = []
  for (const alarm of alarms) if (alarmState(alarm) !== 'normal') places.push(placeOf(alarm))
  return places.sort(comparePlaces)
}

/** Interlocks by state, then by their last demand, newest first; else as the plant has them. */
export function byNeed(interlocks: Iterable<Interlock>): Interlock[] {
  const demanded = (one: Interlock) => (one.last_demand ? Date.parse(one.last_demand.time) : 0)
  return [...interlocks].sort(
    (a, b) =>
      STATES.indexOf(a.raw_state) - STATES.indexOf(b.raw_state) || demanded(b) - demanded(a),
  )
}
