import type { Priority, Violation } from '../api/types'
import { PRIORITIES, type AlarmState } from './alarm'
import type { InterlockState } from './interlock'
import { STATES, type Counts, type Summary } from './overview'

/** What a tile says first. */
export type Worst =
  | { kind: 'alarm'; priority: Priority; state: AlarmState }
  | { kind: 'interlock'; state: InterlockState }
  | { kind: 'violation'; violation: Violation['kind'] }
  | { kind: 'untrusted' }
  | { kind: 'not_judged' }
  | { kind: 'suppressed' }
  | { kind: 'unwatched' }
  | { kind: 'quiet' }

/**
 * What counts most of all that stands. What calls comes first; then a protection that acts or is
 * missing and a proven fail; then what was seen; then doubt. Nothing is quiet while nobody judges,
 * and where nothing is watched quiet would say too much.
 */
export function worstOf(summary: Summary, trusted: boolean): Worst {
  const ranked = [
    () => alarmIn(summary.unacknowledged, 'unacknowledged'),
    () => alarmIn(summary.returned, 'returned'),
    () => interlockIn(summary, ['demanded', 'unavailable', 'bypassed', 'disarmed']),
    () => violationIn(summary, ['fail']),
    () => alarmIn(summary.seen, 'acknowledged'),
    () => violationIn(summary, ['exceedance']),
    () => interlockIn(summary, ['degraded']),
    () => violationIn(summary, ['suspect']),
    () => (trusted ? undefined : ({ kind: 'not_judged' } as const)),
    () => interlockIn(summary, ['unknown']),
    () => violationIn(summary, ['unknown']),
    () => (summary.untrusted > 0 ? ({ kind: 'untrusted' } as const) : undefined),
    () => (summary.suppressed > 0 ? ({ kind: 'suppressed' } as const) : undefined),
  ]
  for (const look of ranked) {
    const found = look()
    if (found) return found
  }
  const watched = summary.signals > 0 || STATES.some((state) => summary.interlocks[state] > 0)
  return { kind: watched ? 'quiet' : 'unwatched' }
}

function alarmIn(counts: Counts<Priority>, state: AlarmState): Worst | undefined {
  const priority = PRIORITIES.find((one) => counts[one] > 0)
  return priority && { kind: 'alarm', priority, state }
}

function interlockIn(
  { interlocks, bypasses }: Summary,
  states: readonly InterlockState[],
): Worst | undefined {
  const state = states.find(
    (one) => interlocks[one] > 0 || (one === 'bypassed' && bypasses > 0),
  )
  return state && { kind: 'interlock', state }
}

function violationIn(
  { violations }: Summary,
  kinds: readonly Violation['kind'][],
): Worst | undefined {
  const violation = kinds.find((kind) => violations[kind] > 0)
  return violation && { kind: 'violation', violation }
}
