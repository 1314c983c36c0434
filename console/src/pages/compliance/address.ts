import { computed } from 'vue'
import { useRoute, type LocationQueryRaw } from 'vue-router'
import { useOwnQuery } from '../../parts/ownQuery'
import { momentOfQuery, SHOWN, type Shown } from '../../plant/compliance'

/** What the page shows is in its address, so that it can be linked, and the way back works. */
export function useAddress() {
  const route = useRoute()
  const write = useOwnQuery()
  const text = (name: string) => computed(() => one(route.query[name]))
  const at = computed(() => momentOfQuery(route.query.at))
  const shown = text('verdict')

  /** Change parts of the address; null takes a part away. */
  function change(parts: Record<string, string | null>): void {
    const query: LocationQueryRaw = { ...route.query }
    for (const [name, value] of Object.entries(parts)) {
      if (value === null) delete query[name]
      else query[name] = value
    }
    void write(query)
  }

  return {
    view: computed(() => (route.query.view === 'violations' ? 'violations' : 'matrix')),
    criterion: text('criterion'),
    subject: text('subject'),
    at,
    /** Null: as is known now. Means nothing without `at`. */
    knownAt: computed(() => (at.value === null ? null : momentOfQuery(route.query.known_at))),
    only: computed(() => SHOWN.find((one) => one === shown.value) ?? null),
    open: (criterion: string, subject: string) => change({ criterion, subject }),
    close: () => change({ criterion: null, subject: null }),
    showOnly: (verdict: Shown | null) => change({ verdict }),
    goTo: (moment: string | null, known: string | null) => change({ at: moment, known_at: known }),
    toView: (view: 'matrix' | 'violations') =>
      change({
        view: view === 'matrix' ? null : view,
        criterion: null,
        subject: null,
        verdict: null,
      }),
  }
}

export type Address = ReturnType<typeof useAddress>

function one(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
