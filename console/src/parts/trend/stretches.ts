import { GOOD, WORTHS, type Points, type Track, type Worth } from '../../plant/trend'

/**
 * Why a stretch of a trend shows no trusted line: what its samples were worth, or
 *
 * - `ABSENT`: the history answered, and nothing was read here;
 * - `PENDING`: the recorder has not come so far yet;
 * - `UNREAD`: the history could not be read; `LOADING`: it has not answered yet;
 * - `NOT_JUDGED`: nobody judges since.
 */
export type Doubt =
  | Exclude<Worth, 'GOOD'>
  | 'ABSENT'
  | 'PENDING'
  | 'UNREAD'
  | 'LOADING'
  | 'NOT_JUDGED'

/** From `from` to `to`, in ms. */
export interface Stretch {
  from: number
  to: number
  doubt: Doubt
}

/** What is known of the answer that a track stands on. */
export interface Standing {
  state: 'loading' | 'read' | 'failed'
  /** False while the recorder is behind, failing or away. */
  recorded: boolean
  trusted: boolean
  /** The server's clock in ms: later than that nothing is missing. */
  now: number
}

/** Find the stretches of [from, to) that are not a good line, in order, each as long as can be. */
export function stretches(
  track: Track,
  from: number,
  to: number,
  standing: Standing,
): Stretch[] {
  const found: Stretch[] = []
  const add = (start: number, end: number, doubt: Doubt): void => {
    const [begin, finish] = [Math.max(start, from), Math.min(end, to, standing.now)]
    const last = found.at(-1)
    if (finish <= begin) return
    if (last && last.doubt === doubt && begin <= last.to + 1) last.to = finish
    else found.push({ from: begin, to: finish, doubt })
  }
  const { points, reach } = track
  const first = Math.max(0, points.after(from) - 1)
  let known = -Infinity
  for (let i = first; i < points.length; i++) {
    const time = points.timeAt(i)
    if (time - known > (i === first ? 0 : reach)) {
      if (time > from) add(known, Math.min(time, to), nothing(track, known, standing))
    }
    if (time >= to) return found
    const worth = points.worth[points.slot(i)] as number
    const end = endOf(points, i, track)
    if (worth !== GOOD) add(time, end, WORTHS[worth] as Doubt)
    known = worth === GOOD && track.width === 0 ? time : end
  }
  const until = Math.min(to, standing.now)
  if (until - known > reach) {
    const live = to >= standing.now && !standing.trusted
    add(known, until, live ? 'NOT_JUDGED' : nothing(track, known, standing))
  }
  return found
}

/** Up to when a point speaks: the next one, or its own width; alone no longer than it is young. */
function endOf(points: Points, index: number, track: Track): number {
  const time = points.timeAt(index)
  if (track.width > 0) return time + track.width
  const next = index + 1 < points.length ? points.timeAt(index + 1) : Infinity
  return Math.min(next, time + track.longest)
}

function nothing(track: Track, since: number, standing: Standing): Doubt {
  if (standing.state === 'failed') return 'UNREAD'
  if (standing.state === 'loading') return 'LOADING'
  return !standing.recorded && since >= track.solid - 1 && since > -Infinity ? 'PENDING' : 'ABSENT'
}

/** The least and the greatest usable value of a time. */
export interface Extent {
  low: number
  high: number
}

/**
 * Find the least and greatest usable value of [from, to], with the one that still stood at `from`;
 * null when there is none.
 */
export function extent(track: Track, from: number, to: number): Extent | null {
  const { points } = track
  let [low, high] = [Infinity, -Infinity]
  for (let i = Math.max(0, points.after(from - track.width) - 1); i < points.length; i++) {
    const slot = points.slot(i)
    const time = points.time[slot] as number
    if (time > to) break
    if (from - time > track.reach) continue
    const [least, most] = [points.low[slot] as number, points.high[slot] as number]
    if (least < low) low = least
    if (most > high) high = most
  }
  return low <= high ? { low, high } : null
}

/** A point as a person reads it: `value` is the mean of a bucket, null where none is usable. */
export interface Seen {
  time: number
  /** 0 for a sample. */
  width: number
  value: number | null
  low: number | null
  high: number | null
  worth: Worth
}

/** What was known at `time`: the last point not after it, unless it had outlived itself. */
export function seenAt(track: Track, time: number): Seen | null {
  const index = track.points.after(time) - 1
  if (index < 0) return null
  const seen = seenPoint(track, index)
  return time - seen.time > Math.max(track.reach, track.width) ? null : seen
}

export function seenPoint(track: Track, index: number): Seen {
  const { points, width } = track
  const slot = points.slot(index)
  const number = (column: Float64Array): number | null => {
    const value = column[slot] as number
    return Number.isNaN(value) ? null : value
  }
  return {
    time: points.time[slot] as number,
    width,
    value: number(points.mean),
    low: number(points.low),
    high: number(points.high),
    worth: WORTHS[points.worth[slot] as number] as Worth,
  }
}

/** The time of the point nearest to `time` of any track, so that a crosshair sits on a point. */
export function nearest(tracks: readonly Track[], time: number): number | null {
  let best: number | null = null
  for (const { points } of tracks) {
    const after = points.after(time)
    for (const index of [after - 1, after]) {
      if (index < 0 || index >= points.length) continue
      const found = points.timeAt(index)
      if (best === null || Math.abs(found - time) < Math.abs(best - time)) best = found
    }
  }
  return best
}
