import { expect, test } from 'vitest'
import type { Alarm } from '../src/api/types'
import { PRIORITIES, calls } from '../src/plant/alarm'
import { Hearing } from '../src/sound/hearing'
import { anyAlarm, dice } from './chance'
import { alarm } from './make'

function hearing(...alarms: Alarm[]): Hearing {
  const made = new Hearing()
  made.takeAll(alarms)
  return made
}
const change = (after: Alarm) => [{ before: undefined, after }]

test('the most urgent alarm that calls sounds', () => {
  const one = hearing(
    alarm({ id: 'low', priority: 'low' }),
    alarm({ id: 'high', priority: 'high' }),
    alarm({ id: 'seen', acknowledged: true }),
    alarm({ id: 'held', suppressed_by: 'idle' }),
  )
  expect(one.voice()).toBe('high')
})

test('acknowledging everything is quiet, and so is a plant without alarms', () => {
  const one = hearing(alarm())
  one.take(change(alarm({ acknowledged: true })))
  expect(one.voice()).toBeUndefined()
  expect(one.silenced()).toBe(false)
  expect(hearing().voice()).toBeUndefined()
})

test('silencing is quiet and acknowledges nothing', () => {
  const one = hearing(alarm({ priority: 'high' }))
  one.silence()
  expect(one.voice()).toBeUndefined()
  expect(one.silenced()).toBe(true)
})

test.each([
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', undefined],
  ['low', undefined],
] as const)('after a silenced high alarm a new %s one sounds as %s', (priority, voice) => {
  const one = hearing(alarm({ id: 'a', priority: 'high' }))
  one.silence()
  one.take(change(alarm({ id: 'b', priority })))
  expect(one.voice()).toBe(voice)
})

test('a milder alarm that waited sounds once the silenced one is acknowledged', () => {
  const one = hearing(alarm({ id: 'a', priority: 'high' }))
  one.silence()
  one.take(change(alarm({ id: 'b', priority: 'low' })))
  one.take(change(alarm({ id: 'a', priority: 'high', acknowledged: true })))
  expect(one.voice()).toBe('low')
})

test('a silenced alarm that calls again sounds again', () => {
  const one = hearing(alarm({ occurrence: 1 }))
  one.silence()
  one.take(change(alarm({ occurrence: 1, active: false })))
  expect(one.voice()).toBeUndefined()
  one.take(change(alarm({ occurrence: 2 })))
  expect(one.voice()).toBe('critical')
})

test('what was silenced stays so when everything is read anew', () => {
  const one = hearing(alarm({ id: 'a' }))
  one.silence()
  one.takeAll([alarm({ id: 'a' })])
  expect(one.voice()).toBeUndefined()
  one.takeAll([alarm({ id: 'a' }), alarm({ id: 'b' })])
  expect(one.voice()).toBe('critical')
})

test('not judged goes before everything, until silenced, and comes again the next time', () => {
  const one = hearing(alarm({ priority: 'critical' }))
  one.judged(false)
  expect(one.voice()).toBe('not_judged')
  one.silence()
  expect([one.voice(), one.silenced()]).toEqual([undefined, true])
  one.judged(true)
  one.judged(false)
  expect(one.voice()).toBe('not_judged')
})

test.each([1, 2, 3])('it says what walking all alarms would say (%d)', (seed) => {
  const roll = dice(seed)
  const all = new Map<string, Alarm>()
  const silenced = new Map<string, string>()
  const one = new Hearing()
  const key = ({ occurrence, priority }: Alarm) => `${occurrence} ${priority}`
  for (let step = 0; step < 500; step += 1) {
    if (roll() < 0.04) {
      one.silence()
      for (const item of all.values()) if (calls(item)) silenced.set(item.id, key(item))
    } else {
      const next = anyAlarm(roll, Math.floor(roll() * 6), 3)
      all.set(next.id, next)
      one.take(change(next))
      if (!calls(next)) silenced.delete(next.id)
    }
    const calling = [...all.values()].filter(calls)
    const heard = calling.filter((item) => silenced.get(item.id) === key(item))
    const unheard = calling.filter((item) => silenced.get(item.id) !== key(item))
    const rank = (items: Alarm[]) =>
      Math.min(...items.map(({ priority }) => PRIORITIES.indexOf(priority)))
    const sounds = unheard.length > 0 && rank(unheard) <= rank(heard)
    expect(one.voice()).toBe(sounds ? PRIORITIES[rank(unheard)] : undefined)
  }
})
