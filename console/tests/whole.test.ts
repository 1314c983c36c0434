import { expect, test } from 'vitest'
import type { LiveValue, SentSignals } from '../src/api/types'
import { whole, type Said } from '../src/live/whole'

const T = '2026-11-24T06:45:33.000000Z'
const good: LiveValue = { value: 5, last_value: 5, quality: 'UNCERTAIN', reason: 'CLOCK', time: T }

const event = (given: Partial<SentSignals>): SentSignals => ({
  at: T,
  full: false,
  signals: {},
  fresh: {},
  ...given,
})

test('a fresh number keeps the quality that was last said and has its own time', () => {
  const said: Said = new Map()
  whole(event({ full: true, signals: { a: good } }), said)
  const found = whole(event({ at: '2026-11-24T06:45:35.250000Z', fresh: { a: [7, 250] } }), said)
  expect(found.signals).toEqual({
    a: { ...good, value: 7, last_value: 7, time: '2026-11-24T06:45:35.000Z' },
  })
})

test('what was said last counts, whichever way it was said', () => {
  const said: Said = new Map()
  const stale: LiveValue = { ...good, value: null, quality: 'STALE', reason: 'AGED' }
  whole(event({ full: true, signals: { a: good } }), said)
  whole(event({ fresh: { a: [7, 0] } }), said)
  whole(event({ signals: { a: stale } }), said)
  expect(said.get('a')).toEqual(stale)
})

test('of a signal that was never said whole nothing is shown', () => {
  expect(whole(event({ fresh: { a: [7, 0] } }), new Map()).signals).toEqual({})
})
