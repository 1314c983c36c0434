import type { Alarm, Priority } from '../../api/types'
import { alarmState, type AlarmState } from '../../plant/alarm'

/** The states a person may choose from; suppressed alarms have a list of their own. */
export const STATES: readonly AlarmState[] = [
  'unacknowledged',
  'returned',
  'acknowledged',
  'latched',
]

/** What the list is narrowed to. An empty set, text or equipment narrows nothing. */
export interface Filter {
  readonly text: string
  readonly priorities: ReadonlySet<Priority>
  readonly states: ReadonlySet<AlarmState>
  readonly equipment: string
}

export const NO_FILTER: Filter = {
  text: '',
  priorities: new Set(),
  states: new Set(),
  equipment: '',
}

export function narrows(filter: Filter): boolean {
  const { text, priorities, states, equipment } = filter
  return text.trim() !== '' || priorities.size > 0 || states.size > 0 || equipment !== ''
}

/**
 * Say whether an alarm passes. `words` gives the text in which a person would look for it, in
 * small letters; every word of the filter's text must be in it.
 */
export function passes(
  filter: Filter,
  words: (alarm: Alarm) => string,
): (alarm: Alarm) => boolean {
  const wanted = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const { priorities, states, equipment } = filter
  return (alarm) =>
    (priorities.size === 0 || priorities.has(alarm.priority)) &&
    (states.size === 0 || states.has(alarmState(alarm))) &&
    (equipment === '' || alarm.equipment === equipment) &&
    (wanted.length === 0 || wanted.every((word) => words(alarm).includes(word)))
}

/** The set with `item` taken out if it was in, put in if it was not. */
export function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set)
  if (!next.delete(item)) next.add(item)
  return next
}
