import { expect, test } from 'vitest'
import { AlarmRate, FLOOD_ABOVE } from '../src/plant/alarmRate'
import { entry } from './make'

const T = Date.parse('2026-11-24T06:45:00Z')

function called(second: number, given: object = {}, subject = 'a:low') {
  const raised_at = new Date(T + second * 1000).toISOString()
  const body = { event: 'trip', acknowledged: false, suppressed_by: null, occurrence: second }
  return entry({ subject, body: { ...body, raised_at, ...given } })
}

test('each occurrence counts once, however often it is heard of', () => {
  const rate = new AlarmRate()
  rate.note(called(1))
  rate.note(called(1))
  rate.note(called(1, { event: 'level' }))
  rate.note(called(1, {}, 'b:low'))
  expect(rate.countAt(T + 2000)).toBe(2)
})

test('what does not call is not counted', () => {
  const rate = new AlarmRate()
  rate.note(called(1, { suppressed_by: 'idle' }))
  rate.note(called(2, { event: 'return' }))
  rate.note(called(3, { event: 'acknowledge', acknowledged: true }))
  rate.note({ ...called(4), kind: 'interlock' })
  expect(rate.countAt(T + 5000)).toBe(0)
})

test('after ten minutes an annunciation no longer counts', () => {
  const rate = new AlarmRate()
  for (let second = 0; second <= FLOOD_ABOVE; second += 1) rate.note(called(second))
  expect(rate.countAt(T + 599_000)).toBe(FLOOD_ABOVE + 1)
  expect(rate.countAt(T + 600_000)).toBe(FLOOD_ABOVE)
  expect(rate.countAt(T + 900_000)).toBe(0)
})

test('an alarm learnt of late counts when it was raised', () => {
  const rate = new AlarmRate()
  rate.note(called(500))
  rate.note(called(10))
  expect(rate.countAt(T + 605_000)).toBe(2)
  expect(rate.countAt(T + 611_000)).toBe(1)
})
