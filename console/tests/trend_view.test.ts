import { describe, expect, test } from 'vitest'
import { heightsOf, limitLines, panesOf, rangeOf, spread } from '../src/parts/trend/layout'
import { panned, spanOf, zoomed } from '../src/parts/trend/navigate'
import { extent, nearest, seenAt, stretches, type Standing } from '../src/parts/trend/stretches'
import { momentOf, localText, ticksOf, tickTexts, zoneOffset } from '../src/parts/trend/zone'
import { fromQuery, toQuery } from '../src/pages/trends/address'
import { search } from '../src/pages/trends/search'
import { csvOf, fileName } from '../src/pages/trends/csv'
import { strandOf } from '../src/parts/trend/strand'
import { Track, WORTHS } from '../src/plant/trend'
import type { Limit, Quality } from '../src/api/types'
import { signal } from './make'

const T = Date.parse('2026-11-24T06:00:00Z')
const ZONE = 'Asia/Shanghai'
const SEEN: Standing = { state: 'read', recorded: true, trusted: true, now: T + 60_000 }

/** A track of samples a second apart unless told otherwise; a null value is of the quality. */
function trackOf(values: [second: number, value: number | null, quality?: Quality][]): Track {
  const track = new Track(2500)
  for (const [second, value, quality = 'GOOD'] of values) {
    track.append(T + second * 1000, value, WORTHS.indexOf(quality))
  }
  return track
}

const spansOf = (track: Track, standing: Partial<Standing> = {}, from = 0, to = 10) =>
  stretches(track, T + from * 1000, T + to * 1000, { ...SEEN, ...standing }).map(
    (one) => [(one.from - T) / 1000, (one.to - T) / 1000, one.doubt] as const,
  )

describe('what cannot be trusted', () => {
  const whole = (until: number): [number, number][] =>
    Array.from({ length: until + 1 }, (_, i) => [i, i])

  test('a whole line has nothing to hatch', () => {
    expect(spansOf(trackOf(whole(10)))).toEqual([])
  })

  test('no record is a gap from the last point to the next, never a line', () => {
    const track = trackOf([[0, 1], [1, 1], [6, 1], [7, 1], [8, 1], [9, 1], [10, 1]])
    expect(spansOf(track)).toEqual([[1, 6, 'ABSENT']])
  })

  test('each quality is named, from its first sample to the next good one', () => {
    const track = trackOf([
      [0, 1],
      [1, null, 'BAD'],
      [2, null, 'BAD'],
      [3, 1, 'UNCERTAIN'],
      [4, 1],
      [5, 1],
      [6, 1],
      [7, 1],
      [8, 1],
      [9, 1],
      [10, 1],
    ])
    expect(spansOf(track)).toEqual([
      [1, 3, 'BAD'],
      [3, 4, 'UNCERTAIN'],
    ])
  })

  test('what is still to be recorded, was not read, or is not judged reads differently', () => {
    const track = trackOf(whole(4))
    track.takeSamples({ times: [], values: [], qualities: [] }, 50)
    expect(spansOf(track)).toEqual([[4, 10, 'ABSENT']])
    expect(spansOf(track, { recorded: false })).toEqual([[4, 10, 'PENDING']])
    expect(spansOf(track, { state: 'failed' })).toEqual([[4, 10, 'UNREAD']])
    expect(spansOf(track, { trusted: false, now: T + 10_000 })).toEqual([[4, 10, 'NOT_JUDGED']])
    expect(spansOf(track, { state: 'loading' })).toEqual([[4, 10, 'LOADING']])
  })

  test('an empty history is a gap as a whole, up to now', () => {
    expect(spansOf(trackOf([]), { now: T + 8000 })).toEqual([[0, 8, 'ABSENT']])
  })

  test('before the first record', () => {
    expect(spansOf(trackOf([[8, 1], [9, 1], [10, 1]]))).toEqual([[0, 8, 'ABSENT']])
  })
})

describe('values', () => {
  test('least and greatest of what is in sight, without bad ones', () => {
    const track = trackOf([[0, 99], [1, 5], [2, null, 'BAD'], [3, 3], [4, 8], [5, -99]])
    expect(extent(track, T + 1500, T + 4500)).toEqual({ low: 3, high: 8 })
    expect(extent(track, T + 4900, T + 5900)).toEqual({ low: -99, high: 8 })
    expect(extent(track, T + 1500, T + 2500)).toEqual({ low: 5, high: 5 })
    expect(extent(trackOf([]), T, T + 1000)).toBeNull()
  })

  test('the crosshair reads the last value that was known, not an outlived one', () => {
    const track = trackOf([[0, 5], [1, 6]])
    expect(seenAt(track, T + 1900)?.value).toBe(6)
    expect(seenAt(track, T + 9000)).toBeNull()
    expect(seenAt(track, T - 1)).toBeNull()
    expect(nearest([track, trackOf([[1.4, 0]])], T + 1300)).toBe(T + 1400)
  })
})

describe('layout', () => {
  const limit = (level: Limit['level'], set_point: number): Limit =>
    ({ level, set_point }) as Limit
  const one = (low: number, high: number, limits: Limit[] = []) => ({
    limits,
    range_low: low,
    range_high: high,
  })

  test('a pane a unit in order of appearance, discrete signals last', () => {
    const panes = panesOf([
      { id: 'gate', unit: null },
      { id: 'flow', unit: 'm3/h' },
      { id: 'pressure', unit: 'MPa' },
      { id: 'flow2', unit: 'm3/h' },
    ])
    expect(panes.map(({ ids }) => ids)).toEqual([['flow', 'flow2'], ['pressure'], ['gate']])
    const heights = heightsOf(panes, 200)
    expect(heights.reduce((sum, height) => sum + height)).toBeLessThanOrEqual(200)
    expect(heights[2]).toBe(22)
  })

  test('limits stay in sight unless the values alone are asked for', () => {
    const signals = [one(0, 300, [limit('LL', 160), limit('RATE', 900)])]
    const [low, high] = rangeOf(signals, [{ low: 199, high: 201 }], true)
    expect(low).toBeLessThan(160)
    expect(high).toBeGreaterThan(201)
    expect(high).toBeLessThan(300)
    expect(rangeOf(signals, [{ low: 190, high: 210 }], false)[0]).toBeGreaterThan(180)
  })

  test('noise is not blown up: never narrower than 2 % of the range', () => {
    const [low, high] = rangeOf([one(0, 100)], [{ low: 50, high: 50.01 }], true)
    expect(high - low).toBeGreaterThanOrEqual(2)
  })

  test('without any value the range of the instrument', () => {
    const [low, high] = rangeOf([one(0, 100)], [null], true)
    expect([Math.round(low), Math.round(high)]).toEqual([-7, 107])
  })

  test('the same limit of two signals is one line that belongs to both', () => {
    const co = { limits: [limit('HH', 160)] }
    expect(limitLines([co, co])).toEqual([{ at: 160, level: 'HH', of: [0, 1] }])
  })

  test('labels move apart and stay inside', () => {
    const placed = spread([10, 12, 95], 20, 0, 100)
    expect(placed).toEqual([10, 30, 90])
    expect(spread([99, 98], 20, 0, 100)).toEqual([90, 70])
  })
})

describe('time', () => {
  test('ticks are round in the plant, not in UTC', () => {
    const { ticks, step } = ticksOf(T, T + 12 * 3_600_000, 3_000_000, 'Asia/Kolkata')
    expect(step).toBe(3_600_000)
    expect(tickTexts(ticks, step, 'Asia/Kolkata').slice(0, 2)).toEqual(['12:00\n11-24', '13:00'])
  })

  test('an hour with its seconds, and the date where a new one begins', () => {
    const { ticks, step } = ticksOf(T, T + 60_000, 20_000, ZONE)
    expect(tickTexts(ticks, step, ZONE)).toEqual(['14:00:00\n11-24', '14:00:30', '14:01:00'])
    const midnight = Date.parse('2026-11-24T16:00:00Z')
    const texts = tickTexts([midnight - 3_600_000, midnight], 3_600_000, ZONE)
    expect(texts).toEqual(['23:00\n11-24', '00:00\n11-25'])
  })

  test('a time of the plant and back, also after the clocks were changed', () => {
    expect(zoneOffset(T, ZONE)).toBe(8 * 3_600_000)
    for (const zone of [ZONE, 'Europe/Berlin']) {
      const summer = Date.parse('2026-07-01T22:30:00Z')
      for (const ms of [T, summer]) expect(momentOf(localText(ms, zone), zone)).toBe(ms)
    }
    expect(momentOf('', ZONE)).toBeNull()
  })
})

describe('moving', () => {
  const past = { kind: 'past', start: T, end: T + 10_000 } as const
  const now = T + 3_600_000

  test('zoom keeps the edge when live, the middle in the past', () => {
    expect(zoomed({ kind: 'live', seconds: 600 }, 0.5, now)).toEqual({ kind: 'live', seconds: 300 })
    expect(zoomed(past, 2, now)).toEqual({ kind: 'past', start: T - 5000, end: T + 15_000 })
  })

  test('back from live is the past, and forward into now is live again', () => {
    const back = panned({ kind: 'live', seconds: 600 }, -0.25, now)
    expect(back).toEqual({ kind: 'past', start: now - 750_000, end: now - 150_000 })
    expect(panned(back, 0.25, now)).toEqual({ kind: 'live', seconds: 600 })
  })

  test('never into the future, never shorter than a second', () => {
    expect(spanOf(now, now + 10, now)).toEqual({ kind: 'past', start: now - 1000, end: now })
  })
})

describe('the page', () => {
  test('an address and back, for every span that the chart can show', () => {
    const spans = [
      { kind: 'live', seconds: 3600 } as const,
      spanOf(T + 0.3, T + 12_345.9, T + 3_600_000),
    ]
    for (const span of spans) {
      const address = { signals: ['a', 'b'], span }
      expect(fromQuery(toQuery(address))).toEqual(address)
    }
  })

  test('a moment alone is shown in the middle of ten minutes', () => {
    const { span } = fromQuery({ signal: 'a', at: new Date(T).toISOString() })
    expect(span).toEqual({ kind: 'past', start: T - 300_000, end: T + 300_000 })
    expect(fromQuery({ span: 'x', at: 'y' }).span).toEqual({ kind: 'live', seconds: 600 })
  })

  test('a search finds in both languages, in id, role and equipment', () => {
    const all = [signal(), signal({ id: 'eaf-1.co', equipment: 'eaf-1', role: 'co.concentration' })]
    const name = (id: string) => ({ zh: `炉${id}`, en: `furnace ${id}` })
    const ids = (words: string): string[] =>
      search(all, words, name).flatMap((group) => group.signals.map(({ id }) => id))
    expect(ids('')).toHaveLength(2)
    expect(ids('流量 CASTER')).toEqual(['caster-1.water_flow'])
    expect(ids('concentration')).toEqual(['eaf-1.co'])
    expect(ids('nothing of the kind')).toEqual([])
  })

  test('an export has UTC and plant time, and no value where none is usable', () => {
    const strand = strandOf(signal({ name: { zh: '流量, 进', en: 'flow' } }))
    strand.track.append(T, 1.5, 0)
    strand.track.append(T + 500, null, WORTHS.indexOf('BAD'))
    strand.track.append(T + 60_000, 2, 0)
    const lines = csvOf([strand], T, T + 1000, ZONE, ({ signal: { name } }) => name.zh).split('\r\n')
    expect(lines.slice(1)).toEqual([
      '2026-11-24T06:00:00.000Z,2026-11-24T14:00:00.000+08:00,caster-1.water_flow,"流量, 进",m3/h,1.5,GOOD,,,',
      '2026-11-24T06:00:00.500Z,2026-11-24T14:00:00.500+08:00,caster-1.water_flow,"流量, 进",m3/h,,BAD,,,',
      '',
    ])
    expect(fileName('demo', T, T + 1000, ZONE)).toBe('demo_trend_20261124-140000_20261124-140001.csv')
  })
})
