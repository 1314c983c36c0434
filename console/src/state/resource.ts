import { onBeforeUnmount, shallowRef, watch } from 'vue'
import { whenJournalled } from './live'
import { NoAnswer, Problem } from '../api/problem'
import { request } from '../api/request'

/** Entries come in bursts; what depends on them is asked for once after each, in ms. */
const AGAIN_MS = 500

/**
 * What the API says at `path` now: asked for at once, whenever the path changes, and after journal
 * entries of `kinds`. While `path` gives null nothing is asked.
 *
 * `failure` is why the last question failed; `data` then is the last known answer to the same
 * question, so whoever shows it must show the failure too.
 */
export function useResource<T>(path: () => string | null, kinds: readonly string[] = []) {
  const data = shallowRef<T>()
  const failure = shallowRef<Problem | NoAnswer>()
  const loading = shallowRef(false)
  let asked = 0
  let again: ReturnType<typeof setTimeout> | undefined

  async function reload(): Promise<void> {
    const where = path()
    const mine = ++asked
    if (where === null) return
    loading.value = true
    try {
      const answer = await request<T>(where)
      if (mine !== asked) return
      data.value = answer
      failure.value = undefined
    } catch (error) {
      if (!(error instanceof Problem || error instanceof NoAnswer)) throw error
      if (mine === asked) failure.value = error
    } finally {
      if (mine === asked) loading.value = false
    }
  }

  watch(
    path,
    () => {
      data.value = undefined
      failure.value = undefined
      void reload()
    },
    { immediate: true },
  )
  const stop = whenJournalled(kinds, () => {
    again ??= setTimeout(() => {
      again = undefined
      void reload()
    }, AGAIN_MS)
  })
  onBeforeUnmount(() => {
    asked += 1
    clearTimeout(again)
    stop()
  })
  return { data, failure, loading, reload }
}
