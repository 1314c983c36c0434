import { expect, test } from 'vitest'
import { shown, signalAfter } from '../src/plant/reading'
import { signal } from './make'

const T = Date.parse('2026-11-24T06:45:33.000Z')

test('a good value is shown with its age', () => {
  expect(shown(signal(), true, T + 400)).toEqual({
    quality: 'GOOD',
    reason: 'NONE',
    value: 212,
    old: false,
    ageMs: 400,
  })
})

test('while nobody judges a good value is an old one', () => {
  expect(shown(signal(), false, T)).toMatchObject({
    quality: 'STALE',
    reason: 'NOT_JUDGED',
    value: 212,
    old: true,
  })
})

test('a value that outlived its age is stale whatever was said last', () => {
  expect(shown(signal(), true, T + 3500).quality).toBe('GOOD')
  expect(shown(signal(), true, T + 3501)).toMatchObject({ quality: 'STALE', reason: 'AGED' })
})

test('a bad or missing value is never a number', () => {
  for (const quality of ['BAD', 'MISSING'] as const) {
    const bad = signal({ quality, reason: 'OUT_OF_RANGE', value: null, last_value: 212 })
    expect(shown(bad, true, T).value).toBeNull()
    expect(shown(bad, false, T)).toMatchObject({ quality, value: null })
  }
})

test('a stale value is the last one known', () => {
  const stale = signal({ quality: 'STALE', reason: 'AGED', value: null, last_value: 210 })
  expect(shown(stale, true, T)).toMatchObject({ value: 210, old: true })
})

test('a live value replaces the value and keeps the signal', () => {
  const live = {
    value: 200,
    last_value: 200,
    quality: 'UNCERTAIN',
    reason: 'NONE',
    time: null,
  } as const
  expect(signalAfter(live, signal())).toMatchObject({ ...live, range_high: 300 })
})
