import type { Alarm, Demand, Interlock } from '../../api/types'
import { limitParts } from '../../state/names'
import { MOST_SIGNALS } from './address'

/** Signals in alarm, worst first. */
export function inAlarm(alarms: readonly Alarm[]): string[] {
  const ids = alarms.flatMap((alarm) => (alarm.signal !== null && alarm.active ? [alarm.signal] : []))
  return [...new Set(ids)].slice(0, MOST_SIGNALS)
}

/** The latest demand of all interlocks. */
export function lastDemand(interlocks: Iterable<Interlock>): Demand | null {
  let latest: Demand | null = null
  for (const { last_demand: demand } of interlocks) {
    if (demand && (!latest || Date.parse(demand.time) > Date.parse(latest.time))) latest = demand
  }
  return latest
}

/** The signals of a demand: its causes in order, then what was to happen. */
export function signalsOf(demand: Demand, exists: (id: string) => boolean): string[] {
  const causes = demand.causes.map(({ limit }) => limitParts(limit).signal)
  const effects = demand.effects.map(({ signal }) => signal)
  return [...new Set([...causes, ...effects])].filter(exists).slice(0, MOST_SIGNALS)
}
