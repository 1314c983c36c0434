import { computed, onBeforeUnmount, shallowRef, watch } from 'vue'
import { useResource } from '../../state/resource'

/** How often the page's own clock moves on, in ms. */
const TICK_MS = 500

/**
 * What the API says at `path`, asked for again `everyMs` after each answer or failure.
 *
 * `ageMs` is how long ago the last good answer came: what it says is only as true as that.
 */
export function usePolled<T>(path: string, everyMs: number) {
  const { data, failure, reload } = useResource<T>(() => path)
  const answeredAt = shallowRef(performance.now())
  const now = shallowRef(answeredAt.value)
  let next: ReturnType<typeof setTimeout> | undefined
  let gone = false

  watch(data, () => {
    answeredAt.value = performance.now()
  })
  const clock = setInterval(() => {
    now.value = performance.now()
  }, TICK_MS)

  async function again(): Promise<void> {
    try {
      await reload()
    } finally {
      if (!gone) next = setTimeout(() => void again(), everyMs)
    }
  }
  next = setTimeout(() => void again(), everyMs)

  onBeforeUnmount(() => {
    gone = true
    clearTimeout(next)
    clearInterval(clock)
  })
  const ageMs = computed(() => Math.max(0, now.value - answeredAt.value))
  return { data, failure, ageMs, reload }
}
