import type { Alarm, Interlock, Signal } from '../api/types'

/** So many signals a trend shows at once. */
const IN_A_TREND = 6

/** The interlocks that an alarm concerns: that act on its limit, rest on its signal, or are it. */
export function interlocksOf(
  alarm: Pick<Alarm, 'id' | 'signal' | 'level'>,
  interlocks: Iterable<Interlock>,
): Interlock[] {
  const { signal, level } = alarm
  const subject = alarm.id.slice(0, alarm.id.lastIndexOf(':'))
  const concerns = (one: Interlock): boolean => {
    if (signal === null) return one.id === subject
    if (level !== null) return one.causes.includes(`${signal}:${level}`)
    return signalsOf(one).includes(signal)
  }
  return [...interlocks].filter(concerns)
}

/** The signals that an interlock reads: its causes first, then the feedbacks of its effects. */
function signalsOf(interlock: Interlock): string[] {
  const causes = interlock.causes.map((limit) => limit.slice(0, limit.lastIndexOf(':')))
  const effects = interlock.effects.filter((effect) => effect.feedback)
  return [...causes, ...effects.map((effect) => effect.signal), ...interlock.bypass_signals]
}

/**
 * What to look at together with an alarm: its own signal, those of its interlocks, then those of
 * the same equipment; six at most.
 */
export function relatedSignals(
  alarm: Pick<Alarm, 'id' | 'signal' | 'level' | 'equipment'>,
  interlocks: Iterable<Interlock>,
  signals: ReadonlyMap<string, Signal>,
): string[] {
  const found = new Set<string>()
  if (alarm.signal !== null) found.add(alarm.signal)
  for (const interlock of interlocksOf(alarm, interlocks)) {
    for (const id of signalsOf(interlock)) found.add(id)
  }
  if (found.size < 2 && alarm.equipment !== null) {
    for (const signal of signals.values()) {
      if (signal.equipment === alarm.equipment) found.add(signal.id)
    }
  }
  return [...found].filter((id) => signals.has(id)).slice(0, IN_A_TREND)
}
