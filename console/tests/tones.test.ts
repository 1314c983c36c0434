import { expect, test } from 'vitest'
import { PRIORITIES } from '../src/plant/alarm'
import { PATTERNS, render, type Pattern } from '../src/sound/tones'

const RATE = 8000
const VOICES = [...PRIORITIES, 'not_judged'] as const

test.each(VOICES)('the notes of %s fit into its period and are never too loud', (voice) => {
  const pattern = PATTERNS[voice]
  for (const note of pattern.notes) expect(note.at + note.lasts).toBeLessThan(pattern.period)
  const samples = render(pattern, RATE)
  expect(samples).toHaveLength(Math.round(pattern.period * RATE))
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  expect(loudest).toBeGreaterThan(0.3)
  expect(loudest).toBeLessThanOrEqual(0.6)
})

test('a pattern begins and ends in silence, so that its repetition does not click', () => {
  for (const voice of VOICES) {
    const samples = render(PATTERNS[voice], RATE)
    expect(samples[0]).toBeCloseTo(0)
    expect(samples.at(-1)).toBe(0)
  }
})

test('the more urgent, the higher, and the oftener', () => {
  const highest = ({ notes }: Pattern) => Math.max(...notes.map(({ pitch }) => pitch))
  const share = ({ notes, period }: Pattern) => notes.length / period
  const patterns = PRIORITIES.map((priority) => PATTERNS[priority])
  for (const [at, milder] of patterns.slice(1).entries()) {
    const worse = patterns[at]
    if (!worse) throw new Error('no pattern')
    expect(highest(worse)).toBeGreaterThan(highest(milder))
    expect(share(worse)).toBeGreaterThan(share(milder))
  }
})

test('no two rhythms are the same', () => {
  const rhythms = VOICES.map((voice) =>
    JSON.stringify([PATTERNS[voice].period, PATTERNS[voice].notes.map(({ at }) => at)]),
  )
  expect(new Set(rhythms).size).toBe(VOICES.length)
})

test('not judged falls', () => {
  const pitches = PATTERNS.not_judged.notes.map(({ pitch }) => pitch)
  expect(pitches).toEqual([...pitches].sort((a, b) => b - a))
})
