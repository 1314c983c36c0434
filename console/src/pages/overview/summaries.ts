import { computed, shallowReactive, toRaw, watchEffect } from 'vue'
import { sameSummary, summarise, trustOf, type Summary } from '../../plant/overview'
import { second, trusted } from '../../state/clock'
import { interlocks, plant, signals, standingAlarms, violations } from '../../state/plant'

/**
 * What stands at each equipment, followed key by key: who asks for one is told when that one
 * changes, so three hundred tiles cost no more than the few that change.
 */
export function useSummaries(): ReadonlyMap<string, Summary> {
  // Values change many times a second and trust seldom: signals are gone through once a second.
  const trust = computed(() =>
    trustOf(toRaw(signals.value).values(), trusted.value, second.value),
  )
  const kept = shallowReactive(new Map<string, Summary>())
  watchEffect(() => {
    const found = summarise({
      equipment: plant.value?.equipment ?? [],
      trust: trust.value,
      alarms: standingAlarms.value,
      interlocks: interlocks.value.values(),
      violations: violations.value.values(),
      trusted: trusted.value,
    })
    const known = toRaw(kept)
    for (const [id, summary] of found) {
      const before = known.get(id)
      if (!before || !sameSummary(before, summary)) kept.set(id, summary)
    }
    for (const id of known.keys()) if (!found.has(id)) kept.delete(id)
  })
  return kept
}
