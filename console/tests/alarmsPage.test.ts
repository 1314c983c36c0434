import { expect, test } from 'vitest'
import { NO_FILTER, narrows, passes, toggled } from '../src/pages/alarms/filter'
import { HEAD_HEIGHT, ROW_HEIGHT, scrolledTo, wholeRows } from '../src/pages/alarms/inSight'
import { levelBeyond } from '../src/plant/limit'
import { interlocksOf, relatedSignals } from '../src/plant/related'
import { alarm, interlock, signal } from './make'

const words = ({ id }: { id: string }) => `${id} 流量 flow`

test('a filter that narrows nothing lets everything pass', () => {
  expect(narrows(NO_FILTER)).toBe(false)
  expect(narrows({ ...NO_FILTER, text: '  ' })).toBe(false)
  expect(passes(NO_FILTER, words)(alarm())).toBe(true)
})

test.each([
  [{ text: 'CASTER 流量' }, true],
  [{ text: 'caster burner' }, false],
  [{ priorities: new Set(['critical', 'low'] as const) }, true],
  [{ priorities: new Set(['low'] as const) }, false],
  [{ states: new Set(['unacknowledged'] as const) }, true],
  [{ states: new Set(['returned'] as const) }, false],
  [{ equipment: 'caster-1' }, true],
  [{ equipment: 'caster-1', text: 'burner' }, false],
])('%o lets a critical unacknowledged alarm of caster-1 pass: %s', (part, passed) => {
  const filter = { ...NO_FILTER, ...part }
  expect(narrows(filter)).toBe(true)
  expect(passes(filter, words)(alarm())).toBe(passed)
})

test('a chip is pressed and let go', () => {
  const once = toggled(new Set<string>(), 'a')
  expect([...once]).toEqual(['a'])
  expect(toggled(once, 'a').size).toBe(0)
})

test('only rows that are on the screen from edge to edge count as seen', () => {
  const height = HEAD_HEIGHT + 3 * ROW_HEIGHT + 10
  expect(wholeRows({ top: 0, height }, 100)).toEqual({ first: 0, last: 2 })
  expect(wholeRows({ top: 1, height }, 100)).toEqual({ first: 1, last: 2 })
  expect(wholeRows({ top: ROW_HEIGHT - 10, height }, 100)).toEqual({ first: 1, last: 3 })
  expect(wholeRows({ top: 0, height }, 2)).toEqual({ first: 0, last: 1 })
  expect(wholeRows({ top: 0, height }, 0).last).toBe(-1)
})

test('a row is brought into sight without scrolling farther than needed', () => {
  const height = HEAD_HEIGHT + 3 * ROW_HEIGHT
  const top = 5 * ROW_HEIGHT
  expect(scrolledTo(6, { top, height })).toBe(top)
  expect(scrolledTo(2, { top, height })).toBe(2 * ROW_HEIGHT)
  expect(scrolledTo(8, { top, height })).toBe(6 * ROW_HEIGHT)
  for (const row of [0, 4, 5, 9, 40]) {
    const seen = wholeRows({ top: scrolledTo(row, { top, height }), height }, 50)
    expect(row).toBeGreaterThanOrEqual(seen.first)
    expect(row).toBeLessThanOrEqual(seen.last)
  }
})

const limit = (level: string, set_point: number, indicates = 'process') =>
  ({ level, set_point, indicates }) as never

test('the level that a value is beyond now may be milder than that of the alarm', () => {
  const limits = [limit('LL', 160), limit('L', 180), limit('HH', 250)]
  expect(levelBeyond({ kind: 'low' }, limits, 150)).toBe('LL')
  expect(levelBeyond({ kind: 'low' }, limits, 170)).toBe('L')
  expect(levelBeyond({ kind: 'low' }, limits, 181)).toBeNull()
  expect(levelBeyond({ kind: 'high' }, limits, 250)).toBe('HH')
  expect(levelBeyond({ kind: 'rate' }, limits, 150)).toBeUndefined()
  expect(levelBeyond({ kind: 'low' }, [limit('LL', 160, 'instrument')], 150)).toBeNull()
})

const water = interlock({
  causes: ['caster-1.water_flow:LL'],
  effects: [
    { signal: 'caster-1.gate', feedback: true, state: 1, within_s: 3 },
    { signal: 'drain', feedback: false, state: 1, within_s: 3 },
  ],
  bypass_signals: ['caster-1.bypass'],
})

test('an interlock concerns the alarm of its limit, of its signals, and its own', () => {
  const all = [water, interlock({ id: 'other', causes: ['caster-1.water_flow:L'] })]
  const found = (given: object) => interlocksOf(alarm(given), all).map(({ id }) => id)
  expect(found({})).toEqual(['mould-water'])
  expect(found({ level: null, kind: 'quality' })).toEqual(['mould-water', 'other'])
  expect(found({ level: null, signal: 'caster-1.gate', id: 'caster-1.gate:quality' })).toEqual([
    'mould-water',
  ])
  expect(found({ level: null, signal: null, id: 'other:interlock' })).toEqual(['other'])
})

test('a trend shows the signal, then what its interlock reads, six at most', () => {
  const ids = ['caster-1.x', 'caster-1.gate', 'caster-1.bypass', 'caster-1.water_flow', 'far.y']
  const signals = new Map(
    ids.map((id) => [id, signal({ id, equipment: id.slice(0, id.indexOf('.')) })]),
  )
  expect(relatedSignals(alarm(), [water], signals)).toEqual([
    'caster-1.water_flow',
    'caster-1.gate',
    'caster-1.bypass',
  ])
  expect(relatedSignals(alarm({ level: 'L' }), [water], signals)).toEqual([
    'caster-1.water_flow',
    'caster-1.x',
    'caster-1.gate',
    'caster-1.bypass',
  ])
})
