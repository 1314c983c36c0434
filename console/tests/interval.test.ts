import { expect, test } from 'vitest'
import { lengthText, responseLength, secondsText } from '../src/text/interval'

test('seconds to the millisecond, long ones to a tenth', () => {
  expect(secondsText(1002)).toBe('1.002')
  expect(secondsText(99_999)).toBe('99.999')
  expect(secondsText(123_456)).toBe('123.5')
})

test('a length is written as the interval it is known to', () => {
  expect(lengthText({ min: 999, max: 2000 })).toBe('0.999–2.000')
  expect(lengthText({ min: 500, max: 500 })).toBe('0.500')
  expect(lengthText({ min: 999, max: null })).toBe('≥ 0.999')
  expect(lengthText({ min: null, max: 2000 })).toBe('≤ 2.000')
  expect(lengthText({ min: null, max: null })).toBe('?')
})

test('a response that was not seen has no length', () => {
  expect(responseLength(null)).toEqual({ min: null, max: null })
  expect(responseLength([0.5, 1.5])).toEqual({ min: 500, max: 1500 })
  expect(responseLength([3, null])).toEqual({ min: 3000, max: null })
})
