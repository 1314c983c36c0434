import { computed, shallowRef } from 'vue'
import { judge, sameLamp, serverNow, type Lamp, type Link } from '../plant/judging'

/** The stream as last seen; replaced as a whole. */
export const link = shallowRef<Link>({ open: false, heardAt: 0, status: null, statusAt: 0 })

const now = shallowRef(0)

/** Move the page's clock on; everything below follows. */
export function tick(): void {
  now.value = performance.now()
}

/** The same object until something of it changes, so that the page is not drawn anew for nothing. */
export const lamp = computed<Lamp>((before) => {
  const after = judge(link.value, Math.max(now.value, link.value.heardAt))
  return before && sameLamp(before, after) ? before : after
})
export const trusted = computed(() => lamp.value.trusted)

const clock = computed(() => serverNow(link.value, now.value))

/** The server's clock in ms, a step each second, so that ages are written once a second. */
export const second = computed(() =>
  clock.value === null ? null : Math.floor(clock.value / 1000) * 1000,
)
