import { computed, onScopeDispose, shallowRef, type Ref } from 'vue'
import type { Alarm } from '../../api/types'
import { HeldList } from '../../plant/held'
import type { AlarmChange } from '../../plant/standing'

/** Why the list stands still. */
export type Holder = 'pointer' | 'selection'

interface Source {
  /** The list in its order now. */
  list: Readonly<Ref<readonly Alarm[]>>
  /** Tells what changed; null when everything was read anew. */
  follow: (run: (changes: readonly AlarmChange[] | null) => void) => () => void
  /** Whether an alarm would be on the list at all. */
  belongs: (alarm: Alarm) => boolean
}

/**
 * The order of the alarm list, which stands still while somebody points at it or has a row
 * selected.
 *
 * Rows keep their places and only their contents change: what is over stays until the list is let
 * go, and what is new is counted in `fresh` instead of pushing the others away.
 */
export function useHeldOrder({ list, follow, belongs }: Source) {
  const held = shallowRef<HeldList>()
  const fresh = shallowRef<readonly Alarm[]>([])
  const holders = new Set<Holder>()

  const rows = computed(() => held.value?.rows ?? list.value)

  onScopeDispose(
    follow((changes) => {
      if (!held.value) return
      if (changes) held.value.take(changes)
      else held.value.takeAll(list.value)
      show()
    }),
  )

  function show(): void {
    const now = held.value?.fresh() ?? []
    if (now.length > 0 || fresh.value.length > 0) fresh.value = now
  }

  /** Stand still from now on, if not already, until this holder too lets go. */
  function hold(holder: Holder): void {
    holders.add(holder)
    if (!held.value) takeIn()
  }

  function letGo(holder: Holder): void {
    holders.delete(holder)
    if (holders.size > 0) return
    held.value = undefined
    show()
  }

  /** Take in what is new, and go on standing still if somebody holds. */
  function takeIn(): void {
    held.value = holders.size > 0 ? new HeldList(list.value, belongs) : undefined
    show()
  }

  return { rows, fresh, isHeld: computed(() => held.value !== undefined), hold, letGo, takeIn }
}
