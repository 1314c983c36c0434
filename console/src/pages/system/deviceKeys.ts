import { computed, shallowRef } from 'vue'
import { useRouter, type RouteLocationRaw } from 'vue-router'
import type { Device } from '../../api/types'
import { useKeys } from '../../keys/keys'

/** Where the signals of a device are that are not trusted now. */
export function untrustedSignals({ equipment }: Device): RouteLocationRaw {
  const [only, ...others] = equipment
  const query = only !== undefined && others.length === 0 ? { equipment: only } : {}
  return { name: 'signals', query: { ...query, untrusted: '1' } }
}

/** J and K choose a device, Enter opens its signals, Esc lets go. */
export function useDeviceKeys(devices: () => readonly Device[]) {
  const router = useRouter()
  const chosen = shallowRef<string>()
  const selected = computed(() => devices().find(({ id }) => id === chosen.value)?.id)

  function move(step: number): void {
    const all = devices()
    const at = all.findIndex(({ id }) => id === chosen.value)
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step
    chosen.value = all[Math.min(Math.max(next, 0), all.length - 1)]?.id
    document.querySelector(`[data-device="${CSS.escape(chosen.value ?? '')}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  function open(): void {
    const device = devices().find(({ id }) => id === chosen.value)
    if (device) void router.push(untrustedSignals(device))
  }
  const onPage = ({ target }: KeyboardEvent): boolean =>
    selected.value !== undefined && !(target instanceof HTMLElement && target.closest('a, button'))

  useKeys('pages.system', [
    { keys: ['j', 'ArrowDown'], does: 'system.key.next', run: () => move(1), repeats: true },
    { keys: ['k', 'ArrowUp'], does: 'system.key.previous', run: () => move(-1), repeats: true },
    { keys: ['Enter'], does: 'system.key.open', run: open, when: onPage },
    {
      keys: ['Escape'],
      does: 'system.key.leave',
      run: () => {
        chosen.value = undefined
      },
      when: () => selected.value !== undefined,
    },
  ])
  return { selected }
}
