import { expect, test } from 'vitest'
import { effectScope, shallowRef } from 'vue'
import type { Alarm } from '../src/api/types'
import { useHeldOrder } from '../src/pages/alarms/heldOrder'
import { calls } from '../src/plant/alarm'
import { HeldList } from '../src/plant/held'
import { standing } from '../src/plant/order'
import type { AlarmChange } from '../src/plant/standing'
import { anyAlarm, dice } from './chance'
import { alarm } from './make'

const at = (second: number) => `2026-11-24T06:45:${String(second).padStart(2, '0')}.000000Z`
const ids = (alarms: readonly Alarm[]) => alarms.map((item) => item.id)
const everything = () => true

function listOf(alarms: Alarm[], belongs: (alarm: Alarm) => boolean = everything) {
  const all = new Map<string, Alarm>()
  const list = shallowRef<readonly Alarm[]>([])
  let tell = (_: readonly AlarmChange[] | null): void => {}
  const put = (next: Alarm[]): AlarmChange[] => {
    const changes = next.map((after) => ({ before: all.get(after.id), after }))
    for (const { after } of changes) all.set(after.id, after)
    list.value = standing(all.values()).filter(belongs)
    return changes
  }
  put(alarms)
  const scope = effectScope()
  const order = scope.run(() =>
    useHeldOrder({
      list,
      follow: (run) => {
        tell = run
        return () => {}
      },
      belongs,
    }),
  )
  if (!order) throw new Error('the scope gave nothing')
  return {
    ...order,
    set: (...next: Alarm[]) => tell(put(next)),
    readAnew: (...next: Alarm[]) => {
      all.clear()
      put(next)
      tell(null)
    },
  }
}

test('a held list keeps its rows in place and counts what is new', () => {
  const { rows, fresh, hold, letGo, set } = listOf([
    alarm({ id: 'a', raised_at: at(2) }),
    alarm({ id: 'b', raised_at: at(1) }),
  ])
  hold('pointer')
  set(alarm({ id: 'c', raised_at: at(9) }), alarm({ id: 'a', active: false, acknowledged: true }))
  expect(ids(rows.value)).toEqual(['a', 'b'])
  expect(ids(fresh.value)).toEqual(['c'])
  letGo('pointer')
  expect(ids(rows.value)).toEqual(['c', 'b'])
  expect(fresh.value).toEqual([])
})

test('it stands still until the pointer and the selection have both let go', () => {
  const { isHeld, hold, letGo } = listOf([alarm({ id: 'a' })])
  hold('selection')
  hold('pointer')
  letGo('pointer')
  expect(isHeld.value).toBe(true)
  letGo('selection')
  expect(isHeld.value).toBe(false)
})

test('an alarm raised anew on a held list counts as new until it is acknowledged', () => {
  const { fresh, hold, set } = listOf([alarm({ id: 'a', acknowledged: true })])
  hold('pointer')
  set(alarm({ id: 'a', occurrence: 2 }))
  expect(ids(fresh.value)).toEqual(['a'])
  set(alarm({ id: 'a', occurrence: 2, acknowledged: true }))
  expect(fresh.value).toEqual([])
})

test('what is filtered away is not counted as new', () => {
  const { fresh, hold, set } = listOf([alarm({ id: 'a' })], (one) => one.priority === 'critical')
  hold('selection')
  set(alarm({ id: 'b', priority: 'low' }), alarm({ id: 'c' }))
  expect(ids(fresh.value)).toEqual(['c'])
})

test('taking in what is new goes on standing still', () => {
  const { rows, fresh, isHeld, hold, takeIn, set } = listOf([alarm({ id: 'a' })])
  hold('selection')
  set(alarm({ id: 'b', raised_at: at(59) }))
  takeIn()
  expect(ids(rows.value)).toEqual(['b', 'a'])
  expect(fresh.value).toEqual([])
  expect(isHeld.value).toBe(true)
})

test('a list that was read anew is compared as a whole', () => {
  const { rows, fresh, hold, set, readAnew } = listOf([alarm({ id: 'a' }), alarm({ id: 'b' })])
  hold('pointer')
  set(alarm({ id: 'c' }))
  readAnew(alarm({ id: 'a' }), alarm({ id: 'd' }))
  expect(ids(rows.value)).toEqual(['a', 'b'])
  expect(ids(fresh.value)).toEqual(['d'])
})

test.each([1, 2, 3])('noting changes finds what walking all would find (%d)', (seed) => {
  const roll = dice(seed)
  const all = new Map<string, Alarm>()
  for (let number = 0; number < 40; number += 1) all.set(`a${number}`, anyAlarm(roll, number, 9))
  const rows = standing(all.values())
  const occurrences = new Map(rows.map((row) => [row.id, row.occurrence]))
  const held = new HeldList(rows, everything)
  for (let change = 0; change < 200; change += 1) {
    const after = anyAlarm(roll, Math.floor(roll() * 60), 9)
    held.take([{ before: all.get(after.id), after }])
    all.set(after.id, after)
    const isNew = (one: Alarm) => calls(one) && occurrences.get(one.id) !== one.occurrence
    const walked = [...all.values()].filter(isNew)
    expect(ids(held.fresh()).sort()).toEqual(ids(walked).sort())
  }
})
