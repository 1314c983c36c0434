import type { Alarm, Level, Limit, Signal } from '../api/types'

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

const SIDES: Partial<Record<Alarm['kind'], readonly Level[]>> = {
  low: ['LL', 'L'],
  high: ['HH', 'H'],
}

/**
 * The most severe limit of the alarm's side that `value` is beyond, by its set-point alone: what
 * the alarm speaks of may be worse, for it speaks of the worst until that was seen.
 *
 * Null when it is beyond none; undefined for an alarm of no side.
 */
export function levelBeyond(
  alarm: Pick<Alarm, 'kind'>,
  limits: readonly Limit[],
  value: number,
): Level | null | undefined {
  const levels = SIDES[alarm.kind]
  if (!levels) return undefined
  const isBeyond = ({ set_point }: Limit) =>
    alarm.kind === 'low' ? value <= set_point : value >= set_point
  const passed = limits.filter((limit) => limit.indicates === 'process' && isBeyond(limit))
  return levels.find((level) => passed.some((limit) => limit.level === level)) ?? null
}
