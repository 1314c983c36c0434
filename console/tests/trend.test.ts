import { describe, expect, test } from 'vitest'
import { longestStep, Points, question, Track, WORTHS } from '../src/plant/trend'

const T = Date.parse('2026-11-24T06:00:00Z')
const at = (seconds: number): string => new Date(T + seconds * 1000).toISOString()
const GOOD = WORTHS.indexOf('GOOD')
const BAD = WORTHS.indexOf('BAD')

/** `[seconds, value]` of all points. */
function points(track: Track): [number, number][] {
  return Array.from({ length: track.points.length }, (_, i) => {
    const slot = track.points.slot(i)
    return [
      ((track.points.time[slot] as number) - T) / 1000,
      track.points.mean[slot] as number,
    ]
  })
}

const samples = (values: [number, number][]) => ({
  times: values.map(([seconds]) => at(seconds)),
  values: values.map(([, value]) => value),
  qualities: values.map(() => 'GOOD' as const),
})

const buckets = (until: number, given: [start: number, mean: number, samples: number][]) => ({
  end: at(3600),
  recorded_until: at(until),
  width_s: 10,
  starts: given.map(([start]) => at(start)),
  samples: given.map(([, , n]) => n),
  good: given.map(([, , n]) => n),
  uncertain: given.map(() => 0),
  min: given.map(([, mean]) => mean - 1),
  mean: given.map(([, mean]) => mean),
  max: given.map(([, mean]) => mean + 1),
  last: given.map(([, mean]) => mean),
})

describe('points', () => {
  test('the oldest leave when there is no room, and all stay in order', () => {
    const ring = new Points(3)
    for (let i = 0; i < 8; i++) ring.push(i, i, i, i, i, GOOD)
    expect([0, 1, 2].map((i) => ring.timeAt(i))).toEqual([5, 6, 7])
    expect(ring.length).toBe(3)
    expect([4, 5, 5.5, 7].map((time) => ring.after(time))).toEqual([0, 1, 1, 3])
  })
})

describe('where history and live values meet', () => {
  test('no point is there twice, and none is missing', () => {
    const track = new Track(2500)
    for (const second of [2, 3, 4]) track.append(T + second * 1000, second, GOOD)
    track.takeSamples(samples([[0, 0], [1, 1], [2, 2], [3, 3]]), 100)
    track.append(T + 5000, 5, GOOD)
    expect(points(track)).toEqual([[0, 0], [1, 1], [2, 2], [3, 3], [4, 4], [5, 5]])
    expect(track.hasHole()).toBe(false)
  })

  test('live values are drawn before the history has answered, and stay if it fails', () => {
    const track = new Track(2500)
    track.append(T, 7, GOOD)
    expect(points(track)).toEqual([[0, 7]])
    expect(track.hasHole()).toBe(true)
  })

  test('what the recorder had not written yet is a hole until the next answer', () => {
    const track = new Track(2500)
    track.append(T + 10_000, 10, GOOD)
    track.takeSamples(samples([[0, 0], [1, 1]]), 100)
    expect(track.hasHole()).toBe(true)
    track.takeSamples(samples([[0, 0], [1, 1], [3, 3], [5, 5], [7, 7], [9, 9]]), 100)
    expect(track.hasHole()).toBe(false)
    expect(points(track).at(-1)).toEqual([10, 10])
  })

  test('the same value told again, or late, is no new point', () => {
    const track = new Track(2500)
    track.append(T + 1000, 1, GOOD)
    track.append(T + 1000, 1, GOOD)
    track.append(T, 0, GOOD)
    expect(points(track)).toEqual([[1, 1]])
  })

  test('a window of the past takes no later live values, which would push its points out', () => {
    const track = new Track(2500)
    track.takeSamples(samples([[0, 0]]), 1, T + 1000)
    track.append(T + 1000, 1, GOOD)
    track.append(T + 2000, 2, GOOD)
    expect(points(track).map(([second]) => second)).toEqual([0, 1])
  })
})

describe('buckets', () => {
  test('live values go on in the bucket that the history had begun', () => {
    const track = new Track(2500)
    track.append(T + 11_000, 5, GOOD)
    track.append(T + 13_000, 40, GOOD)
    track.takeBuckets(buckets(12, [[0, 10, 5], [10, 20, 2]]), 100)
    expect(points(track)).toEqual([[0, 10], [10, (20 * 2 + 40) / 3]])
    const slot = track.points.slot(1)
    expect([track.points.low[slot], track.points.high[slot]]).toEqual([19, 40])
    track.append(T + 20_000, 8, GOOD)
    expect(points(track).at(-1)).toEqual([20, 8])
  })

  test('a bucket with a bad sample is mixed, with bad samples only it has no value', () => {
    const track = new Track(2500)
    track.takeBuckets(buckets(0, []), 100)
    track.append(T + 1000, 4, GOOD)
    track.append(T + 2000, null, BAD)
    track.append(T + 11_000, null, BAD)
    const worths = [0, 1].map((i) => WORTHS[track.points.worth[track.points.slot(i)] as number])
    expect(worths).toEqual(['MIXED', 'UNUSABLE'])
    expect(points(track)).toEqual([[0, 4], [10, NaN]])
  })

  test('the first usable value of a bucket that began without one', () => {
    const track = new Track(2500)
    track.takeBuckets(buckets(0, []), 100)
    track.append(T + 1000, null, BAD)
    track.append(T + 2000, 6, GOOD)
    const slot = track.points.slot(0)
    expect([track.points.low[slot], track.points.mean[slot], track.points.high[slot]]).toEqual([6, 6, 6])
  })
})

describe('how to ask', () => {
  test.each([
    [600, 500, false, { kind: 'samples' }],
    [3600, 1000, false, { kind: 'samples' }],
    [3600, 500, false, { kind: 'buckets', widthMs: 5000 }],
    [600, 500, true, { kind: 'buckets', widthMs: 1000 }],
    [7 * 86_400, 1000, false, { kind: 'buckets', widthMs: 900_000 }],
    [366 * 86_400, 1000, false, { kind: 'buckets', widthMs: 86_400_000 }],
  ])('%d s of a period of %d ms', (seconds, period, coarse, asked) => {
    expect(question(seconds * 1000, period, coarse)).toEqual(asked)
  })

  test('beyond its greatest age a value says nothing any more', () => {
    expect(longestStep({ period_s: 0.5, max_age_s: 2 })).toBe(2500)
    expect(longestStep({ period_s: 5, max_age_s: 6 })).toBe(15_500)
  })
})
