import { expect, test } from 'vitest'
import { BATCH_MS, URGENT_MS, isUrgent, waitMs } from '../src/live/pace'
import { entry } from './make'

const calling = { event: 'trip', acknowledged: false, suppressed_by: null }
const alarm = (given: object) => ({
  type: 'entry' as const,
  entry: entry({ body: { ...calling, ...given } }),
})

test('an alarm that calls is urgent, whatever else changes is not', () => {
  expect(isUrgent(alarm({}))).toBe(true)
  expect(isUrgent(alarm({ event: 'unsuppress' }))).toBe(true)
  expect(isUrgent(alarm({ event: 'return' }))).toBe(false)
  expect(isUrgent(alarm({ event: 'acknowledge', acknowledged: true }))).toBe(false)
  expect(isUrgent(alarm({ suppressed_by: 'idle' }))).toBe(false)
  expect(isUrgent({ type: 'entry', entry: entry({ kind: 'verdict', body: calling }) })).toBe(false)
})

test('what is urgent waits for nothing after a pause, and hardly at all in a flood', () => {
  expect(waitMs(true, URGENT_MS)).toBe(0)
  expect(waitMs(true, 6)).toBe(URGENT_MS - 6)
})

test('the rest is taken in at most every tenth of a second', () => {
  expect(waitMs(false, 30)).toBe(BATCH_MS - 30)
  expect(waitMs(false, 5000)).toBeLessThanOrEqual(URGENT_MS)
})
