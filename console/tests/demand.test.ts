import { describe, expect, test } from 'vitest'
import type { CauseSeen, EffectSeen } from '../src/api/types'
import {
  after,
  demandSignals,
  demandSpan,
  effectMarks,
  effectSeenAt,
  firstCauses,
  firstInterval,
  groupsOf,
  intervalOf,
  shownResult,
  uncertainty,
  votedLimits,
} from '../src/plant/demand'
import { demand } from './make'

const at = (ms: number) => new Date(Date.parse('2026-11-24T06:00:00Z') + ms).toISOString()
const ms = (offset: number) => Date.parse(at(offset))

const cause = (limit: string, earliest: number, latest: number, rank: number): CauseSeen => ({
  limit,
  at: [at(earliest), at(latest)],
  members: [],
  rank,
})

const effect = (given: Partial<EffectSeen>): EffectSeen => ({
  signal: 'gate',
  feedback: true,
  state: 1,
  within_s: 3,
  result: 'ok',
  response_s: [0.5, 1.5],
  ...given,
})

const PRESSURE = cause('c.pressure:LL', 0, 500, 1)
const FLOW = cause('c.flow:LL', 1500, 2000, 2)
const TEMPERATURE = cause('c.temperature:HH', 1800, 2600, 2)

describe('the order of causes', () => {
  test('those of one rank stand together, and what has no rank is last', () => {
    const unranked = cause('c.late:H', 0, 100, 0)
    const groups = groupsOf([unranked, FLOW, PRESSURE, TEMPERATURE])
    expect(groups.map(({ rank, causes }) => [rank, causes.length])).toEqual([
      [1, 1],
      [2, 2],
      [0, 1],
    ])
  })

  test('first is what the monitor says was first, tied or not', () => {
    const causes = [PRESSURE, FLOW, TEMPERATURE]
    const tied = demand({ causes, first_out: ['c.pressure:LL', 'c.flow:LL'] })
    expect(firstCauses(tied)).toEqual([PRESSURE, FLOW])
    expect(firstCauses(demand({ causes, first_out: null }))).toEqual([PRESSURE])
    expect(firstCauses(demand({ causes: [], first_out: null }))).toEqual([])
  })

  test('the first of a tie came when the first of them can have come', () => {
    const found = firstInterval([cause('a:H', 100, 900, 1), cause('b:H', 300, 700, 1)])
    expect(found).toEqual({ earliest: ms(100), latest: ms(700) })
    expect(firstInterval([])).toBeNull()
  })

  test('a cause without a bound leaves the first without one', () => {
    const open = { at: [null, at(700)] as CauseSeen['at'] }
    expect(firstInterval([cause('a:H', 100, 900, 1), open])).toEqual({
      earliest: null,
      latest: ms(700),
    })
  })
})

describe('the distance to the first', () => {
  test('is an interval, since both moments are', () => {
    expect(after(intervalOf(PRESSURE), intervalOf(FLOW))).toEqual({ min: 1000, max: 2000 })
  })

  test('is never negative', () => {
    expect(after(intervalOf(FLOW), intervalOf(TEMPERATURE)).min).toBe(0)
  })

  test('is open where a bound is not known', () => {
    const later = { earliest: null, latest: ms(2000) }
    expect(after(intervalOf(PRESSURE), later)).toEqual({ min: null, max: 2000 })
    expect(after({ earliest: null, latest: ms(0) }, intervalOf(FLOW)).max).toBeNull()
  })

  test('a moment is known to half its interval', () => {
    expect(uncertainty(intervalOf(PRESSURE))).toBe(250)
    expect(uncertainty({ earliest: null, latest: 5 })).toBeNull()
  })
})

describe('effects', () => {
  test('an effect was seen its longest response after the first cause began', () => {
    const sequence = demand({ causes: [PRESSURE, FLOW] })
    expect(effectSeenAt(effect({ response_s: [0.5, 1.5] }), sequence)).toBe(ms(1500))
    expect(effectSeenAt(effect({ response_s: null }), sequence)).toBeNull()
    expect(effectSeenAt(effect({ response_s: [4, null] }), sequence)).toBeNull()
    expect(effectSeenAt(effect({}), demand({ causes: [] }))).toBeNull()
  })

  test('effects that were seen at one moment share a mark', () => {
    const effects = [[0.5, 1.5], null, [0.2, 1.5], [0, 0.7]].map((response) =>
      effect({ response_s: response as EffectSeen['response_s'] }),
    )
    expect(effectMarks({ causes: [PRESSURE], effects })).toEqual([
      { at: ms(1500), numbers: [1, 3] },
      { at: ms(700), numbers: [4] },
    ])
  })

  test('while nobody judges, nothing is known to go on', () => {
    expect(shownResult('open', true)).toBe('open')
    expect(shownResult('open', false)).toBe('unjudged')
    expect(shownResult('waiting', false)).toBe('unjudged')
    expect(shownResult('failed', false)).toBe('failed')
    expect(shownResult('ok', false)).toBe('ok')
  })
})

test('a voted cause is taken apart into its limits', () => {
  expect(votedLimits('2oo3(a:HH b:HH c:HH)')).toEqual({
    voting: '2oo3',
    limits: ['a:HH', 'b:HH', 'c:HH'],
  })
  expect(votedLimits('a.b:HH')).toEqual({ voting: null, limits: ['a.b:HH'] })
})

test('the trend shows the signals of the causes and of the effects that can be seen', () => {
  const vote = { ...cause('2oo3(x:HH y:HH z:HH)', 0, 1, 1), members: ['x:HH', 'z:HH'] }
  const sequence = demand({
    causes: [vote, FLOW],
    effects: [effect({}), effect({ signal: 'alarm_horn', feedback: false })],
  })
  expect(demandSignals(sequence)).toEqual(['x', 'z', 'c.flow', 'gate'])
})

describe('the part of the past that the trend shows', () => {
  const sequence = demand({ time: at(500), causes: [PRESSURE, FLOW], effects: [effect({})] })

  test('is a minute before the first and a minute after the last', () => {
    const { start, end } = demandSpan(sequence, ms(3_600_000))
    expect(start).toBe(ms(-60_000))
    expect(end).toBe(ms(62_000))
  })

  test('does not go on beyond now, and grows in steps', () => {
    expect(demandSpan(sequence, ms(12_000)).end).toBe(ms(20_000))
    expect(demandSpan(sequence, ms(13_000)).end).toBe(ms(20_000))
    expect(demandSpan(sequence, null).end).toBe(ms(62_000))
  })
})
