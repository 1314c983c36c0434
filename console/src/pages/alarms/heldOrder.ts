import { computed, shallowRef, type Ref } from 'vue'
import type { Alarm } from '../../api/types'
import { hold, newSince, type Held } from '../../plant/order'

/**
 * The order of the alarm list, which stands still while somebody points at it.
 *
 * Rows keep their places and only their contents change: what is over stays until the pointer
 * leaves, and what is new is counted in `fresh` instead of pushing the others away.
 */
export function useHeldOrder(sorted: Ref<readonly Alarm[]>, all: Ref<ReadonlyMap<string, Alarm>>) {
  const held = shallowRef<Held>()

  const shown = computed(() => {
    if (!held.value) return sorted.value
    return [...held.value.keys()].flatMap((id) => all.value.get(id) ?? [])
  })
  const fresh = computed(() => (held.value ? newSince(held.value, sorted.value) : []))

  /** Stand still from now on, in today's order; called again, take in what is new. */
  function holdNow(): void {
    held.value = hold(sorted.value)
  }

  function release(): void {
    held.value = undefined
  }

  return { shown, fresh, isHeld: computed(() => held.value !== undefined), holdNow, release }
}
