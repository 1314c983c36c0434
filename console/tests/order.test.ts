import { expect, test } from 'vitest'
import { ref, shallowRef } from 'vue'
import type { Alarm } from '../src/api/types'
import { useHeldOrder } from '../src/pages/alarms/heldOrder'
import { byNeed, standing, unacknowledgedCounts } from '../src/plant/order'
import { alarm, demand, interlock } from './make'

const at = (second: number) => `2026-11-24T06:45:${String(second).padStart(2, '0')}.000000Z`
const ids = (alarms: readonly Alarm[]) => alarms.map((item) => item.id)

test('unacknowledged first, then what still holds, then priority, then newest', () => {
  const alarms = [
    alarm({ id: 'seen', acknowledged: true, raised_at: at(50) }),
    alarm({ id: 'low', priority: 'low', raised_at: at(40) }),
    alarm({ id: 'old', raised_at: at(1) }),
    alarm({ id: 'new', raised_at: at(2) }),
    alarm({ id: 'returned', active: false, raised_at: at(3) }),
    alarm({ id: 'over', active: false, acknowledged: true }),
    alarm({ id: 'held', suppressed_by: 'idle' }),
    alarm({ id: 'latched', active: false, acknowledged: true, latched: true, raised_at: at(59) }),
  ]
  expect(ids(standing(alarms))).toEqual([
    'new',
    'old',
    'low',
    'returned',
    'seen',
    'latched',
    'held',
  ])
})

test('equal alarms keep one order', () => {
  const pair = [alarm({ id: 'b' }), alarm({ id: 'a' })]
  expect(ids(standing(pair))).toEqual(['a', 'b'])
  expect(ids(standing(pair.reverse()))).toEqual(['a', 'b'])
})

test('returned alarms count as unacknowledged, seen ones do not', () => {
  const held = alarm({ suppressed_by: 'idle' })
  const alarms = [alarm(), alarm({ active: false }), alarm({ acknowledged: true }), held]
  expect(unacknowledgedCounts(alarms)).toEqual({ critical: 2, high: 0, medium: 0, low: 0 })
})

function list(...alarms: Alarm[]) {
  const all = shallowRef(new Map<string, Alarm>())
  const sorted = ref<Alarm[]>([])
  const set = (...next: Alarm[]) => {
    all.value = new Map([...all.value, ...next.map((item) => [item.id, item] as const)])
    sorted.value = standing(all.value.values())
  }
  set(...alarms)
  return { ...useHeldOrder(sorted, all), set }
}

test('a held list keeps its rows in place while their contents change', () => {
  const { shown, fresh, holdNow, release, set } = list(
    alarm({ id: 'a', raised_at: at(2) }),
    alarm({ id: 'b', raised_at: at(1) }),
  )
  holdNow()
  set(alarm({ id: 'c', raised_at: at(9) }), alarm({ id: 'a', active: false, acknowledged: true }))
  expect(ids(shown.value)).toEqual(['a', 'b'])
  expect(shown.value[0]?.acknowledged).toBe(true)
  expect(ids(fresh.value)).toEqual(['c'])
  release()
  expect(ids(shown.value)).toEqual(['c', 'b'])
  expect(fresh.value).toEqual([])
})

test('an alarm raised anew on a held list counts as new', () => {
  const { fresh, holdNow, set } = list(alarm({ id: 'a', acknowledged: true }))
  holdNow()
  set(alarm({ id: 'a', occurrence: 2 }))
  expect(ids(fresh.value)).toEqual(['a'])
})

test('holding again takes in what is new', () => {
  const { shown, fresh, isHeld, holdNow, set } = list(alarm({ id: 'a' }))
  holdNow()
  set(alarm({ id: 'b', raised_at: at(59) }))
  holdNow()
  expect(ids(shown.value)).toEqual(['b', 'a'])
  expect(fresh.value).toEqual([])
  expect(isHeld.value).toBe(true)
})

test('an interlock that acts comes first, then those that are not armed, then the latest demand', () => {
  const demandedAt = (second: number) => demand({ time: at(second) })
  const all = [
    interlock({ id: 'never', raw_state: 'armed', last_demand: null }),
    interlock({ id: 'earlier', raw_state: 'armed', last_demand: demandedAt(1) }),
    interlock({ id: 'later', raw_state: 'armed', last_demand: demandedAt(9) }),
    interlock({ id: 'unknown', raw_state: 'unknown', last_demand: null }),
    interlock({ id: 'bypassed', raw_state: 'bypassed', last_demand: null }),
    interlock({ id: 'acting', raw_state: 'demanded', last_demand: demandedAt(5) }),
  ]
  expect(byNeed(all).map((one) => one.id)).toEqual([
    'acting',
    'bypassed',
    'unknown',
    'later',
    'earlier',
    'never',
  ])
})
