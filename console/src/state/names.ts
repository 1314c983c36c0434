import { computed, toRaw } from 'vue'
import type { Alarm, Level, Text } from '../api/types'
import { interlocks, plant, signals } from './plant'

const NOTHING: Text = { zh: '', en: '' }

const subjects = computed(
  () => new Map(plant.value?.subjects.map((item) => [item.id, item.name])),
)

export function signalName(id: string | null): Text {
  if (id === null) return NOTHING
  // A name does not change with the signal's values, so nobody needs to be told of those.
  return toRaw(signals.value).get(id)?.name ?? { zh: id, en: id }
}

/** The name of an equipment, the enterprise, a project ...; the id itself where it has none. */
export function subjectName(id: string | null): Text {
  if (id === null) return NOTHING
  return subjects.value.get(id) ?? { zh: id, en: id }
}

/** What an alarm is about: its signal, its interlock, or else the subject that its id names. */
export function alarmAbout(alarm: Alarm): Text {
  if (alarm.signal !== null) return signalName(alarm.signal)
  const subject = alarm.id.slice(0, alarm.id.lastIndexOf(':'))
  return interlocks.value.get(subject)?.name ?? subjectName(subject)
}

/** Take a limit's id (`signal:LEVEL`) apart. */
export function limitParts(id: string): { signal: string; level: Level } {
  const colon = id.lastIndexOf(':')
  return { signal: id.slice(0, colon), level: id.slice(colon + 1) as Level }
}
