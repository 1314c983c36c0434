import { computed, shallowRef, triggerRef } from 'vue'
import { NoAnswer, Problem } from '../api/problem'
import { request } from '../api/request'
import type { Entries, Entry } from '../api/types'
import { AlarmRate, FLOOD_ABOVE, RATE_WINDOW_S } from '../plant/alarmRate'
import { second } from './clock'

/** The journal is read back by so many entries at once, and so many times at most. */
const PAGE = 500
const PAGES = 6

/** `whole` is false while the last ten minutes were not read to their beginning. */
const known = shallowRef<{ rate: AlarmRate; whole: boolean | null }>({
  rate: new AlarmRate(),
  whole: null,
})
let asked = 0

/**
 * How many alarms called in the last ten minutes; null while that is not known. With `atLeast`
 * the journal held more than was read.
 */
export const alarmRate = computed(() => {
  const { rate, whole } = known.value
  if (second.value === null || whole === null) return null
  const count = rate.countAt(second.value)
  return { count, atLeast: !whole, flood: count > FLOOD_ABOVE }
})

/** Take in alarm entries of the stream. */
export function noteAlarms(entries: readonly Entry[]): void {
  for (const entry of entries) known.value.rate.note(entry)
  triggerRef(known)
}

/** Count anew from the journal, as after a loss of the stream. A failure leaves it unknown. */
export async function loadAlarmRate(): Promise<void> {
  const mine = ++asked
  // What the stream brings meanwhile goes into the new count too: it counts each occurrence once.
  const rate = known.value.whole === null ? known.value.rate : new AlarmRate()
  known.value = { rate, whole: null }
  try {
    const whole = await readBack(rate)
    if (mine === asked) known.value = { rate, whole }
  } catch (error) {
    if (!(error instanceof Problem || error instanceof NoAnswer)) throw error
  }
}

/** Read alarm entries, newest first, to ten minutes before the newest; say whether that went. */
async function readBack(rate: AlarmRate): Promise<boolean> {
  let cursor: string | null = null
  let from = -Infinity
  for (let page = 0; page < PAGES; page += 1) {
    const query: URLSearchParams = new URLSearchParams({ kind: 'alarm', limit: String(PAGE) })
    if (cursor !== null) query.set('cursor', cursor)
    const answer: Entries = await request<Entries>(`/journal?${query}`)
    for (const entry of answer.items) rate.note(entry)
    const newest = answer.items[0]
    const oldest = answer.items.at(-1)
    if (page === 0 && newest) from = Date.parse(newest.known_at) - RATE_WINDOW_S * 1000
    if (answer.next === null || !oldest || Date.parse(oldest.known_at) < from) return true
    cursor = answer.next
  }
  return false
}
