import { expect, test } from 'vitest'
import type { Alarm } from '../src/api/types'
import { calls } from '../src/plant/alarm'
import { standing } from '../src/plant/order'
import { StandingAlarms } from '../src/plant/standing'
import { anyAlarm, dice } from './chance'
import { alarm } from './make'

const SIGNALS = 12

/** Everything the list says, worked out anew from all alarms. */
function anew(all: ReadonlyMap<string, Alarm>) {
  const list = standing(all.values())
  const unacknowledged = { critical: 0, high: 0, medium: 0, low: 0 }
  for (const item of list) if (calls(item)) unacknowledged[item.priority] += 1
  const worst = new Map<string, Alarm>()
  for (const item of list) {
    if (item.signal === null || item.suppressed_by !== null) continue
    if (!worst.has(item.signal)) worst.set(item.signal, item)
  }
  return {
    list,
    counts: {
      unacknowledged,
      calling: list.filter(calls).length,
      suppressed: list.filter((item) => item.suppressed_by !== null).length,
    },
    worst: Array.from({ length: SIGNALS }, (_, number) => worst.get(`s${number}`)),
  }
}

function said(list: StandingAlarms) {
  return {
    list: list.list(),
    counts: list.counts(),
    worst: Array.from({ length: SIGNALS }, (_, number) => list.worstAt(`s${number}`)),
  }
}

test.each([1, 2, 3, 4, 5])('change by change it says what sorting anew says (%d)', (seed) => {
  const roll = dice(seed)
  const all = new Map<string, Alarm>()
  for (let number = 0; number < 60; number += 1) all.set(`a${number}`, anyAlarm(roll, number, SIGNALS))
  const list = new StandingAlarms(all.values())
  expect(said(list)).toEqual(anew(all))
  for (let change = 0; change < 400; change += 1) {
    const next = anyAlarm(roll, Math.floor(roll() * 80), SIGNALS)
    all.set(next.id, next)
    list.put(next)
    if (change % 10 === 0) expect(said(list)).toEqual(anew(all))
  }
  expect(said(list)).toEqual(anew(all))
})

test('a list that was given away does not change', () => {
  const list = new StandingAlarms([alarm()])
  const before = list.list()
  list.put(alarm({ active: false, acknowledged: true }))
  expect(before).toHaveLength(1)
  expect(list.list()).toEqual([])
})

test('returned alarms count as unacknowledged, seen and suppressed ones do not', () => {
  const list = new StandingAlarms([
    alarm({ id: 'a' }),
    alarm({ id: 'b', active: false }),
    alarm({ id: 'c', acknowledged: true }),
    alarm({ id: 'd', suppressed_by: 'idle' }),
  ])
  expect(list.counts()).toEqual({
    unacknowledged: { critical: 2, high: 0, medium: 0, low: 0 },
    calling: 2,
    suppressed: 1,
  })
})
