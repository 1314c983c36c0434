import { expect, test } from 'vitest'
import type { Alarm } from '../src/api/types'
import { byNeed, standing } from '../src/plant/order'
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
