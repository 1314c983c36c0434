import type { Alarm, Entry, Priority } from '../api/types'

/** Most urgent first; the position is the number on the marker, less one. */
export const PRIORITIES: readonly Priority[] = ['critical', 'high', 'medium', 'low']

/**
 * `returned` is over but nobody has seen it; `latched` is over and seen, and waits for a reset;
 * `suppressed` is explained by the plant's design and does not call; `normal` leaves the list.
 */
export type AlarmState =
  | 'unacknowledged'
  | 'acknowledged'
  | 'returned'
  | 'latched'
  | 'suppressed'
  | 'normal'

type Standing = Pick<Alarm, 'active' | 'acknowledged' | 'latched' | 'suppressed_by'>

export function alarmState(alarm: Standing): AlarmState {
  if (!alarm.active && alarm.acknowledged && !alarm.latched) return 'normal'
  if (alarm.suppressed_by !== null) return 'suppressed'
  if (alarm.active) return alarm.acknowledged ? 'acknowledged' : 'unacknowledged'
  return alarm.acknowledged ? 'latched' : 'returned'
}

/** True while an alarm asks to be seen: unacknowledged, and not suppressed by design. */
export function calls(alarm: Pick<Alarm, 'acknowledged' | 'suppressed_by'>): boolean {
  return !alarm.acknowledged && alarm.suppressed_by === null
}

type AlarmBody = Omit<
  Alarm,
  'id' | 'seq' | 'known_at' | 'changed_at' | 'acknowledged_by' | 'acknowledged_at'
> & { event: string }

/**
 * The alarm after an `alarm` entry.
 *
 * An entry that is already in `before` changes nothing, so a list that was just fetched and the
 * stream that ran meanwhile may overlap.
 */
export function alarmAfter(entry: Entry, before: Alarm | undefined): Alarm {
  if (before && entry.seq <= before.seq) return before
  const { event, ...body } = entry.body as unknown as AlarmBody
  const seen = event === 'acknowledge'
  const acknowledgement = seen
    ? { acknowledged_by: entry.actor, acknowledged_at: entry.time }
    : body.acknowledged && before
      ? { acknowledged_by: before.acknowledged_by, acknowledged_at: before.acknowledged_at }
      : { acknowledged_by: null, acknowledged_at: null }
  const byPerson = seen || event === 'reset'
  return {
    ...body,
    ...acknowledgement,
    id: entry.subject,
    changed_at: entry.time,
    // What a person does is no new knowledge of the plant: lateness stays that of the alarm itself.
    known_at: byPerson && before ? before.known_at : entry.known_at,
    seq: entry.seq,
  }
}

/** Lateness from which an alarm is marked late, in ms. */
const LATE_MS = 10_000

/** True when the alarm was learnt of well after it last changed (a backlog after an outage). */
export function isLate(alarm: Pick<Alarm, 'changed_at' | 'known_at'>): boolean {
  return Date.parse(alarm.known_at) - Date.parse(alarm.changed_at) > LATE_MS
}
