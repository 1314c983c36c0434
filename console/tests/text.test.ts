import { expect, test } from 'vitest'
import { en } from '../src/i18n/en'
import { zh } from '../src/i18n/zh'
import { numberText, unitText } from '../src/text/quantity'
import { ageText, clockText, fineAgeText, momentText, offsetText } from '../src/text/time'

const T = Date.parse('2026-11-24T16:04:05Z')
const ZONE = 'Asia/Shanghai'
const HOUR = 3_600_000

test('times are of the plant, whatever the browser thinks', () => {
  expect(clockText(T, ZONE)).toBe('00:04:05')
  expect(offsetText(T, ZONE)).toBe('UTC+08:00')
})

test('a moment of another day carries its date', () => {
  expect(momentText(T, T + HOUR, ZONE)).toBe('00:04:05')
  expect(momentText(T, T + 24 * HOUR, ZONE)).toBe('11-25 00:04:05')
  expect(momentText(T, T + 400 * 24 * HOUR, ZONE)).toBe('2026-11-25 00:04:05')
})

test.each([
  [-50, '0 s', '0 秒'],
  [59_999, '59 s', '59 秒'],
  [60_000, '1 min', '1 分'],
  [2 * HOUR + 5 * 60_000, '2 h 05 min', '2 时 05 分'],
  [49 * HOUR, '2 d 1 h', '2 天 1 时'],
])('an age of %d ms', (ms, english, chinese) => {
  expect(ageText(ms, 'en')).toBe(english)
  expect(ageText(ms, 'zh')).toBe(chinese)
})

test('a young age has tenths', () => {
  expect(fineAgeText(449, 'en')).toBe('0.4 s')
  expect(fineAgeText(10_000, 'en')).toBe('10 s')
})

test.each([
  [0.3449, 0.6, '0.345'],
  [152.34, 300, '152.3'],
  [-0.04, 120, '0.0'],
  [-0.06, 120, '-0.1'],
  [5.126, 10, '5.13'],
  [1234.5, 5000, '1235'],
  [152.345, null, '152.3'],
])('%d in a span of %s', (value, span, text) => {
  expect(numberText(value, span)).toBe(text)
})

test('units are written as people write them', () => {
  expect(unitText('m3/h')).toBe('m³/h')
  expect(unitText('MPa')).toBe('MPa')
  expect(unitText(null)).toBe('')
})

function slots(texts: object, path = ''): string[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string'
      ? `${path}${key} ${(text.match(/\{\w+\}/g) ?? []).sort().join()}`
      : slots(text, `${path}${key}.`),
  )
}

test('both languages have the same texts with the same slots', () => {
  const onlyZh = ['interlocks.limit {level},{signal},{words}']
  const onlyEn = ['interlocks.limit {level},{signal}']
  const chinese = slots(zh).filter((slot) => !onlyZh.includes(slot))
  expect(slots(en).filter((slot) => !onlyEn.includes(slot))).toEqual(chinese)
})
