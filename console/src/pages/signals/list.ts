import { useOwnQuery } from '../../parts/ownQuery'
import { computed, shallowRef, toRaw } from 'vue'
import { useRoute, type LocationQuery } from 'vue-router'
import { fitting, narrows, untrustedOf, type Filter, type View } from '../../plant/signalList'
import { second, trusted } from '../../state/clock'
import { subjectName } from '../../state/names'
import { signals, worstBySignal } from '../../state/plant'

function one(query: LocationQuery, key: string): string {
  return [query[key]].flat()[0] ?? ''
}

/**
 * The signals that the page lists. What it is narrowed to is in the address (`untrusted=1`,
 * `alarm=1`, `equipment`), so that a link shows the same list; only the text is not.
 */
export function useSignalList() {
  const route = useRoute()
  const write = useOwnQuery()
  const text = shallowRef('')

  const view = computed<View>(() => {
    if (one(route.query, 'untrusted') === '1') return 'untrusted'
    return one(route.query, 'alarm') === '1' ? 'alarm' : 'all'
  })
  const filter = computed<Filter>(() => ({
    text: text.value,
    view: view.value,
    equipment: one(route.query, 'equipment'),
  }))

  function change(part: Partial<Filter>): void {
    const next = { ...filter.value, ...part }
    text.value = next.text
    const query: Record<string, string> = {}
    if (next.view !== 'all') query[next.view] = '1'
    if (next.equipment) query['equipment'] = next.equipment
    void write(query)
  }

  // Names do not change with values; values change many times a second, trust is looked at once.
  const untrusted = computed(() =>
    untrustedOf(toRaw(signals.value).values(), trusted.value, second.value),
  )
  const inAlarm = computed(() => new Set(worstBySignal.value.keys()))
  const fit = computed(() => fitting(toRaw(signals.value).values(), filter.value, subjectName))

  const rows = computed<readonly string[]>((before) => {
    const kept = { all: null, untrusted: untrusted.value, alarm: inAlarm.value }[view.value]
    const now = kept ? fit.value.filter((id) => kept.has(id)) : fit.value
    return before && sameIds(before, now) ? before : now
  })
  const total = computed(() => toRaw(signals.value).size)
  return {
    filter,
    change,
    rows,
    total,
    narrowed: computed(() => narrows(filter.value)),
    counts: computed(() => ({
      all: total.value,
      untrusted: untrusted.value.size,
      alarm: inAlarm.value.size,
    })),
    /** The signal that the address asks for. */
    asked: computed(() => one(route.query, 'signal')),
  }
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((id, at) => b[at] === id))
}
