import { expect, test } from 'vitest'
import type { Violation } from '../src/api/types'
import { neighbour } from '../src/pages/overview/grid'
import {
  PLANT_ITSELF,
  sameSummary,
  sectionsOf,
  summarise,
  sumOf,
  trustOf,
  type Standing,
  type Summary,
} from '../src/plant/overview'
import { worstOf, type Worst } from '../src/plant/worst'
import { alarm, interlock, plant, signal } from './make'

const T = Date.parse('2026-11-24T06:45:33.000Z')
const NAME = { zh: '例', en: 'example' }

const violation = (given: Partial<Violation> = {}): Violation => ({
  id: 'v1',
  criterion: 'aluminium-4',
  subject: 'caster-1',
  kind: 'fail',
  since: '2026-11-24T06:00:00Z',
  until: null,
  stale: false,
  judged_until: '2026-11-24T06:45:33Z',
  reasons: [],
  seq: 3,
  ...given,
})

const bypass = {
  id: 'b1',
  interlock: 'mould-water',
  equipment: 'caster-1',
  signal: 'caster-1.bypass',
  started_at: '2026-11-24T06:00:00Z',
  ended_at: null,
  seq: 4,
}

/** All of it at one equipment with ten signals. */
function at(standing: Partial<Standing> & { untrusted?: number } = {}): Summary {
  const { untrusted = 0, ...rest } = standing
  const summary = summarise({
    equipment: [{ id: 'caster-1' }],
    trust: new Map([['caster-1', { signals: 10, untrusted }]]),
    alarms: [],
    interlocks: [],
    violations: [],
    trusted: true,
    ...rest,
  }).get('caster-1')
  if (!summary) throw new Error('no summary')
  return summary
}

const seen = { acknowledged: true }
const isUnknown = { raw_state: 'unknown' } as const

/** Worst first: each outranks all that follow. */
const RANKS: [Worst, Partial<Standing> & { untrusted?: number }][] = [
  [
    { kind: 'alarm', priority: 'critical', state: 'unacknowledged' },
    { alarms: [alarm()] },
  ],
  [
    { kind: 'alarm', priority: 'low', state: 'unacknowledged' },
    { alarms: [alarm({ priority: 'low' })] },
  ],
  [{ kind: 'alarm', priority: 'critical', state: 'returned' }, { alarms: [alarm({ active: false })] }],
  [{ kind: 'interlock', state: 'demanded' }, { interlocks: [interlock({ raw_state: 'demanded' })] }],
  [
    { kind: 'interlock', state: 'unavailable' },
    { interlocks: [interlock({ raw_state: 'unavailable' })] },
  ],
  [{ kind: 'interlock', state: 'bypassed' }, { interlocks: [interlock({ raw_state: 'bypassed' })] }],
  [{ kind: 'interlock', state: 'disarmed' }, { interlocks: [interlock({ raw_state: 'disarmed' })] }],
  [{ kind: 'violation', violation: 'fail' }, { violations: [violation()] }],
  [{ kind: 'alarm', priority: 'high', state: 'acknowledged' }, { alarms: [alarm({ ...seen, priority: 'high' })] }],
  [{ kind: 'violation', violation: 'exceedance' }, { violations: [violation({ kind: 'exceedance' })] }],
  [{ kind: 'interlock', state: 'degraded' }, { interlocks: [interlock({ raw_state: 'degraded' })] }],
  [{ kind: 'violation', violation: 'suspect' }, { violations: [violation({ kind: 'suspect' })] }],
  [{ kind: 'interlock', state: 'unknown' }, { interlocks: [interlock(isUnknown)] }],
  [{ kind: 'violation', violation: 'unknown' }, { violations: [violation({ kind: 'unknown' })] }],
  [{ kind: 'untrusted' }, { untrusted: 1 }],
  [{ kind: 'suppressed' }, { alarms: [alarm({ suppressed_by: 'idle' })] }],
  [{ kind: 'quiet' }, { interlocks: [interlock()] }],
]

test.each(RANKS)('%j is said when only that stands', (worst, standing) => {
  expect(worstOf(at(standing), true)).toEqual(worst)
})

test('what is worse is said first, whatever else stands', () => {
  RANKS.forEach(([worst], from) => {
    const together = sumOf(RANKS.slice(from).map(([, standing]) => at(standing)))
    expect(worstOf(together, true)).toEqual(worst)
  })
})

test('while nobody judges nothing is quiet, and what was worse stays', () => {
  for (const [worst, standing] of RANKS) {
    const found = worstOf(at({ ...standing, trusted: false }), false)
    const doubt = ['quiet', 'suppressed', 'untrusted'].includes(worst.kind)
    const unknown = worst.kind === 'interlock' && worst.state === 'unknown'
    const open = worst.kind === 'violation' && worst.violation === 'unknown'
    expect(found).toEqual(doubt || unknown || open ? { kind: 'not_judged' } : worst)
  }
})

test('an armed interlock is not armed while nobody judges', () => {
  expect(at({ interlocks: [interlock()] }).interlocks.armed).toBe(1)
  const unjudged = at({ interlocks: [interlock()], trusted: false })
  expect([unjudged.interlocks.armed, unjudged.interlocks.unknown]).toEqual([0, 1])
})

test('where nothing is watched quiet would say too much', () => {
  const bare = at({ trust: new Map() })
  expect(worstOf(bare, true)).toEqual({ kind: 'unwatched' })
  expect(worstOf(bare, false)).toEqual({ kind: 'not_judged' })
  expect(worstOf(sumOf([bare, at()]), true)).toEqual({ kind: 'quiet' })
})

test('a bypass is seen whatever else the interlock is', () => {
  const acting = interlock({ raw_state: 'degraded', bypasses: [bypass] })
  expect(worstOf(at({ interlocks: [acting] }), true)).toEqual({
    kind: 'interlock',
    state: 'bypassed',
  })
})

test('what is over and seen does not count, what waits for its reset does', () => {
  const over = alarm({ active: false, acknowledged: true })
  expect(worstOf(at({ alarms: [over] }), true)).toEqual({ kind: 'quiet' })
  expect(at({ alarms: [{ ...over, latched: true }] }).seen.critical).toBe(1)
})

test('alarms of no equipment and violations of other subjects have summaries of their own', () => {
  const found = summarise({
    equipment: [{ id: 'caster-1' }],
    trust: new Map(),
    alarms: [alarm({ equipment: null })],
    interlocks: [],
    violations: [violation({ subject: 'demo' })],
    trusted: true,
  })
  expect([...found.keys()]).toEqual(['caster-1', PLANT_ITSELF, 'demo'])
  expect(found.get(PLANT_ITSELF)?.unacknowledged.critical).toBe(1)
  expect(found.get('demo')?.violations.fail).toBe(1)
})

test('signals are counted as they are trusted now', () => {
  const signals = [
    signal(),
    signal({ id: 'b', quality: 'BAD', value: null }),
    signal({ id: 'c', equipment: 'eaf-1' }),
  ]
  const found = trustOf(signals, true, T)
  expect([...found]).toEqual([
    ['caster-1', { signals: 2, untrusted: 1 }],
    ['eaf-1', { signals: 1, untrusted: 0 }],
  ])
  expect(trustOf(signals, true, T + 60_000).get('eaf-1')?.untrusted).toBe(1)
  expect(trustOf(signals, false, T).get('eaf-1')?.untrusted).toBe(1)
})

test('a sum adds every count, and two summaries are the same only if each count is', () => {
  const one = at({ alarms: [alarm()], untrusted: 2 })
  const sum = sumOf([one, one])
  expect([sum.unacknowledged.critical, sum.untrusted, sum.signals]).toEqual([2, 4, 20])
  expect(sameSummary(one, at({ alarms: [alarm()], untrusted: 2 }))).toBe(true)
  for (const [, standing] of RANKS.slice(0, -1)) {
    expect(sameSummary(at(standing), at({ interlocks: [interlock()] }))).toBe(false)
  }
})

const thing = (id: string, area: string | null, industry: string) => ({
  id,
  kind: 'gas_main',
  kind_name: NAME,
  name: NAME,
  industry,
  area,
  attributes: {},
})

const parts = (areas: string[], ...equipment: ReturnType<typeof thing>[]) =>
  sectionsOf({
    ...plant(),
    areas: areas.map((id) => ({ id, name: NAME })),
    industries: ['steel', 'casting'],
    equipment,
  }).map((section) => [section.id, section.equipment])

test('a plant is divided by its areas, and what stands in none comes last', () => {
  const found = parts(
    ['north', 'south'],
    thing('a', 'south', 'steel'),
    thing('b', null, 'steel'),
    thing('c', 'north', 'casting'),
  )
  expect(found).toEqual([
    ['north', ['c']],
    ['south', ['a']],
    ['', ['b']],
  ])
})

test('a plant without areas is divided by what its equipment is for', () => {
  expect(parts([], thing('a', null, 'casting'), thing('b', null, 'steel'))).toEqual([
    ['steel', ['b']],
    ['casting', ['a']],
  ])
})

test('arrows lead to the tile beside, above and below, across sections', () => {
  // Two rows of three and one, and below them a section of two.
  const boxes = [
    { left: 0, top: 0 },
    { left: 100, top: 0 },
    { left: 200, top: 0 },
    { left: 0, top: 50 },
    { left: 0, top: 120 },
    { left: 100, top: 120 },
  ]
  expect(neighbour(boxes, 2, 'ArrowRight')).toBe(3)
  expect(neighbour(boxes, 0, 'ArrowLeft')).toBe(0)
  expect(neighbour(boxes, 2, 'ArrowDown')).toBe(3)
  expect(neighbour(boxes, 3, 'ArrowDown')).toBe(4)
  expect(neighbour(boxes, 5, 'ArrowUp')).toBe(3)
  expect(neighbour(boxes, 5, 'ArrowDown')).toBe(5)
  expect(neighbour([], 0, 'ArrowDown')).toBe(0)
})
