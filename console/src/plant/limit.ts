import type { Alarm, Limit, Signal } from '../api/types'

/** The limit that an alarm speaks of; undefined for alarms of no limit. */
export function limitOf(
  alarm: Pick<Alarm, 'signal' | 'level'>,
  signals: ReadonlyMap<string, Signal>,
): Limit | undefined {
  if (alarm.signal === null || alarm.level === null) return undefined
  return signals.get(alarm.signal)?.limits.find((limit) => limit.level === alarm.level)
}

/** True for a limit that is passed downwards: low limits, and falling too fast. */
export function isPassedDownwards(alarm: Pick<Alarm, 'level' | 'limit'>): boolean {
  if (alarm.level === 'RATE') return alarm.limit !== null && alarm.limit < 0
  return alarm.level === 'L' || alarm.level === 'LL'
}
