import type { History, Quality, SamplePage } from '../api/types'

/**
 * What a point of a trend is worth. The first five are the qualities of samples; a bucket of many
 * samples is MIXED when some of them have no value, UNUSABLE when none has one.
 */
export const WORTHS = [
  'GOOD',
  'UNCERTAIN',
  'BAD',
  'STALE',
  'MISSING',
  'MIXED',
  'UNUSABLE',
] as const satisfies readonly (Quality | 'MIXED' | 'UNUSABLE')[]
export type Worth = (typeof WORTHS)[number]

export const GOOD = 0
export const UNCERTAIN = 1
const MIXED = 5
const UNUSABLE = 6

/** More samples than this are asked for in buckets: no screen has so many pixels. */
export const MOST_SAMPLES = 4000

/** A screen's width of buckets. */
const BUCKETS = 720

/** Live values kept raw behind the points, to be laid on top of a fresh answer of the history. */
const TAIL = 8192

/** Room for what comes live before the history has answered. */
const FIRST_ROOM = 1024

const WIDTHS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
]

/**
 * Points of one signal in order of time, in columns; the oldest leaves when there is no room.
 *
 * `time` is in ms since 1970, of a bucket its beginning. `low`, `mean`, `high` and `last` are NaN
 * where there is no usable value, and all the same for a sample. `worth` is an index of WORTHS.
 */
export class Points {
  readonly time: Float64Array
  readonly low: Float64Array
  readonly mean: Float64Array
  readonly high: Float64Array
  readonly last: Float64Array
  readonly worth: Uint8Array
  length = 0
  private first = 0

  constructor(readonly capacity: number) {
    this.time = new Float64Array(capacity)
    this.low = new Float64Array(capacity)
    this.mean = new Float64Array(capacity)
    this.high = new Float64Array(capacity)
    this.last = new Float64Array(capacity)
    this.worth = new Uint8Array(capacity)
  }

  /** Where in the columns the point at `index` (0: the oldest) stands. */
  slot(index: number): number {
    const slot = this.first + index
    return slot < this.capacity ? slot : slot - this.capacity
  }

  get isFull(): boolean {
    return this.length === this.capacity
  }

  timeAt(index: number): number {
    return this.time[this.slot(index)] as number
  }

  /** Put a point at the end; when there is no room the oldest leaves for it. */
  push(
    time: number,
    low: number,
    mean: number,
    high: number,
    last: number,
    worth: number,
  ): void {
    if (this.isFull) this.first = this.slot(1)
    else this.length += 1
    this.set(this.length - 1, time, low, mean, high, last, worth)
  }

  set(
    index: number,
    time: number,
    low: number,
    mean: number,
    high: number,
    last: number,
    worth: number,
  ): void {
    const slot = this.slot(index)
    this.time[slot] = time
    this.low[slot] = low
    this.mean[slot] = mean
    this.high[slot] = high
    this.last[slot] = last
    this.worth[slot] = worth
  }

  /** The index of the first point after `time`; `length` when there is none. */
  after(time: number): number {
    let [from, to] = [0, this.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.timeAt(middle) > time) to = middle
      else from = middle + 1
    }
    return from
  }
}

/** How to ask for a span of a signal's past. */
export type Question = { kind: 'samples' } | { kind: 'buckets'; widthMs: number }

/**
 * Choose samples where they are few enough to be seen one by one, else buckets of a round width.
 * `coarse` says that the signal comes faster than its period promised.
 */
export function question(spanMs: number, periodMs: number, coarse: boolean): Question {
  if (!coarse && spanMs / Math.max(periodMs, 1) <= MOST_SAMPLES) return { kind: 'samples' }
  const least = spanMs / BUCKETS / 1000
  const width = WIDTHS_S.find((seconds) => seconds >= least)
  return { kind: 'buckets', widthMs: (width ?? Math.ceil(least / 86_400) * 86_400) * 1000 }
}

/** From one sample to the next it may be this long, in ms; beyond it nobody knows what was. */
export function longestStep(signal: { period_s: number; max_age_s: number }): number {
  return Math.max(signal.max_age_s, 3 * signal.period_s) * 1000 + 500
}

type SampleColumns = Pick<SamplePage, 'times' | 'values' | 'qualities'>
type BucketColumns = Pick<
  History,
  | 'end'
  | 'recorded_until'
  | 'width_s'
  | 'starts'
  | 'samples'
  | 'good'
  | 'uncertain'
  | 'min'
  | 'mean'
  | 'max'
  | 'last'
>

/**
 * One signal over time: what the history said, and the live values after that.
 *
 * The history is the truth up to `solid`; live values count only after it, so that where both
 * meet no point is there twice. What came live is kept raw for a while, for the next answer.
 */
export class Track {
  points = new Points(FIRST_ROOM)
  /** Width of a bucket in ms; 0 when the points are samples. */
  width = 0
  /** Up to here (ms) the history has told everything; -Infinity before it answered. */
  solid = -Infinity
  /** Live values later than this (ms) are kept, but not among the points. */
  private end = Infinity
  private readonly tail = new Points(TAIL)
  private bucket = { samples: 0, good: 0, uncertain: 0, sum: 0 }

  /** `longest` is as `longestStep` says. */
  constructor(readonly longest: number) {}

  /** From one point to the next the line may go on for so long, in ms. */
  get reach(): number {
    return this.width === 0 ? this.longest : Math.max(this.longest + this.width, this.width * 1.5)
  }

  /** Begin anew with samples from the history; room for `room` points, live ones up to `end`. */
  takeSamples(page: SampleColumns, room: number, end = Infinity): void {
    this.end = end
    this.points = new Points(Math.max(room, page.times.length + 16))
    this.width = 0
    page.times.forEach((time, i) => {
      const value = page.values[i] ?? NaN
      const worth = WORTHS.indexOf(page.qualities[i] as Quality)
      this.points.push(Date.parse(time), value, value, value, value, worth)
    })
    const { length } = this.points
    this.solid = length > 0 ? this.points.timeAt(length - 1) : -Infinity
    this.layTail()
  }

  /** Begin anew with buckets from the history; room for `room` of them, live ones up to `end`. */
  takeBuckets(history: BucketColumns, room: number, end = Infinity): void {
    this.end = end
    const { starts } = history
    this.points = new Points(Math.max(room, starts.length + 16))
    this.width = history.width_s * 1000
    starts.forEach((start, i) => {
      const samples = history.samples[i] as number
      const good = history.good[i] as number
      const uncertain = history.uncertain[i] as number
      const mean = history.mean[i] ?? NaN
      const sum = Number.isNaN(mean) ? 0 : mean * (good + uncertain)
      this.bucket = { samples, good, uncertain, sum }
      this.points.push(
        Date.parse(start),
        history.min[i] ?? NaN,
        mean,
        history.max[i] ?? NaN,
        history.last[i] ?? NaN,
        bucketWorth(samples, good, uncertain),
      )
    })
    const until = history.recorded_until === null ? -Infinity : Date.parse(history.recorded_until)
    this.solid = Math.min(Date.parse(history.end), until)
    this.layTail()
  }

  /** Add what was read at `time` (ms). What is not later than the last value is known already. */
  append(time: number, value: number | null, worth: number): void {
    const { tail } = this
    if (tail.length > 0 && time <= tail.timeAt(tail.length - 1)) return
    const number = value ?? NaN
    tail.push(time, number, number, number, number, worth)
    if (time > this.solid) this.lay(time, number, worth)
  }

  /** Whether between the history and the live values something is missing that may still come. */
  hasHole(): boolean {
    if (this.solid === -Infinity) return this.tail.length > 0
    const next = this.tail.after(this.solid)
    return next < this.tail.length && this.tail.timeAt(next) - this.solid > this.longest
  }

  private layTail(): void {
    const { tail } = this
    for (let i = tail.after(this.solid); i < tail.length; i++) {
      const slot = tail.slot(i)
      this.lay(tail.time[slot] as number, tail.mean[slot] as number, tail.worth[slot] as number)
    }
  }

  private lay(time: number, value: number, worth: number): void {
    if (time > this.end) return
    if (this.width > 0) this.fold(time, value, worth)
    else this.points.push(time, value, value, value, value, worth)
  }

  /** Put a live value into the bucket of its time: the last one, or a new one. */
  private fold(time: number, value: number, worth: number): void {
    const { points, bucket } = this
    const start = Math.floor(time / this.width) * this.width
    const index = points.length - 1
    const slot = points.slot(index)
    const going = index >= 0 && points.time[slot] === start
    if (!going) Object.assign(bucket, { samples: 0, good: 0, uncertain: 0, sum: 0 })
    bucket.samples += 1
    if (worth === GOOD) bucket.good += 1
    if (worth === UNCERTAIN) bucket.uncertain += 1
    const usable = !Number.isNaN(value)
    if (usable) bucket.sum += value
    const now = bucketWorth(bucket.samples, bucket.good, bucket.uncertain)
    const mean = bucket.sum / (bucket.good + bucket.uncertain)
    if (!going) {
      points.push(start, value, mean, value, value, now)
    } else if (usable) {
      const low = lesser(points.low[slot] as number, value)
      const high = -lesser(-(points.high[slot] as number), -value)
      points.set(index, start, low, mean, high, value, now)
    } else points.worth[slot] = now
  }
}

/** The lesser of a number, which may be NaN for none, and another one. */
function lesser(a: number, b: number): number {
  return a < b ? a : b
}

function bucketWorth(samples: number, good: number, uncertain: number): number {
  if (good === samples) return GOOD
  if (good + uncertain === 0) return UNUSABLE
  return good + uncertain === samples ? UNCERTAIN : MIXED
}
