import { computed, shallowRef, watch, type Ref } from 'vue'
import { NoAnswer, Problem } from '../../api/problem'
import { request } from '../../api/request'
import type { Demand, Demands } from '../../api/types'
import { extended, inPlaces, openFirst, refreshed } from '../../plant/sequences'
import { useResource } from '../../state/resource'

/** Why the list stands still. */
export type Holder = 'pointer' | 'focus'

export interface SequenceFilter {
  interlock: string
  result: string
}

/** Items of a page; a screen shows about a dozen. */
const PAGE = 50

/**
 * The list of sequences, latest first, those that go on before the others.
 *
 * It follows the journal, and stands still while somebody is at it: then what is new is only
 * counted, in `fresh`.
 */
export function useSequences(filter: Ref<SequenceFilter>) {
  const known = shallowRef<readonly Demand[]>([])
  const next = shallowRef<string | null>(null)
  const held = shallowRef<readonly string[]>()
  const holders = new Set<Holder>()
  const moreFailure = shallowRef<Problem | NoAnswer>()
  const reading = shallowRef(false)

  const query = computed(() => {
    const asked = new URLSearchParams({ limit: String(PAGE) })
    const { interlock, result } = filter.value
    if (interlock !== '') asked.set('interlock', interlock)
    if (result !== '') asked.set('result', result)
    return asked.toString()
  })
  const { data, failure, reload } = useResource<Demands>(
    () => `/sequences?${query.value}`,
    ['demand'],
  )

  watch(query, () => {
    known.value = []
    next.value = null
    moreFailure.value = undefined
    if (held.value) held.value = []
  })
  watch(
    data,
    (page) => {
      if (!page) return
      const isFirst = known.value.length === 0
      const { items, isWhole } = refreshed(page, known.value)
      known.value = items
      if (!isWhole || page.next === null) next.value = page.next
      if (isFirst && held.value) takeIn()
    },
    { immediate: true },
  )

  const sorted = computed(() => openFirst(known.value))
  const rows = computed(() => (held.value ? inPlaces(held.value, known.value) : sorted.value))
  const fresh = computed(() => {
    if (!held.value) return 0
    const shown = new Set(held.value)
    return known.value.filter(({ id }) => !shown.has(id)).length
  })

  function hold(holder: Holder): void {
    holders.add(holder)
    if (!held.value) takeIn()
  }

  function release(holder: Holder): void {
    holders.delete(holder)
    if (holders.size === 0) held.value = undefined
  }

  /** Show what is new, and go on standing still. */
  function takeIn(): void {
    held.value = sorted.value.map(({ id }) => id)
  }

  /** Read the next older page. */
  async function more(): Promise<void> {
    const cursor = next.value
    const asked = query.value
    if (cursor === null || reading.value) return
    reading.value = true
    try {
      const page = await request<Demands>(
        `/sequences?${asked}&cursor=${encodeURIComponent(cursor)}`,
      )
      if (asked !== query.value || cursor !== next.value) return
      const before = known.value
      known.value = extended(before, page)
      next.value = page.next
      moreFailure.value = undefined
      if (held.value) {
        const added = known.value.slice(before.length).map(({ id }) => id)
        held.value = [...held.value, ...added]
      }
    } catch (error) {
      if (!(error instanceof Problem || error instanceof NoAnswer)) throw error
      moreFailure.value = error
    } finally {
      reading.value = false
    }
  }

  const isLoaded = computed(() => data.value !== undefined)
  return {
    ...{ rows, fresh, failure, moreFailure, isLoaded, reading },
    ...{ hold, release, takeIn, more, reload },
    hasMore: computed(() => next.value !== null),
  }
}
