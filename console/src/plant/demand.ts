import type { CauseSeen, Demand, EffectSeen } from '../api/types'

/** A part of time, in ms since 1970, in which something happened; null where it has no bound. */
export interface Interval {
  earliest: number | null
  latest: number | null
}

/** A length of time in ms, as short and as long as the readings allow; null where not known. */
export interface Length {
  min: number | null
  max: number | null
}

/** Causes that came together as far as anybody can tell. */
export interface CauseGroup {
  /** From 1; 0 where the order was not recorded. */
  rank: number
  causes: readonly CauseSeen[]
}

export function intervalOf({ at: [earliest, latest] }: Pick<CauseSeen, 'at'>): Interval {
  return { earliest: msOf(earliest), latest: msOf(latest) }
}

function msOf(moment: string | null): number | null {
  return moment === null ? null : Date.parse(moment)
}

/** The causes by rank, those of one rank together; what has no rank comes last. */
export function groupsOf(causes: readonly CauseSeen[]): CauseGroup[] {
  const ranks = [...new Set(causes.map((cause) => cause.rank))]
  ranks.sort((a, b) => (a || Infinity) - (b || Infinity))
  return ranks.map((rank) => ({ rank, causes: causes.filter((cause) => cause.rank === rank) }))
}

/** The causes that came first: one, or several that cannot be told apart; none if not known. */
export function firstCauses(demand: Pick<Demand, 'causes' | 'first_out'>): CauseSeen[] {
  const named = demand.causes.filter((cause) => demand.first_out?.includes(cause.limit))
  return named.length > 0 ? named : demand.causes.filter((cause) => cause.rank === 1)
}

/** When the first of these came, whichever it was; null for none. */
export function firstInterval(causes: readonly Pick<CauseSeen, 'at'>[]): Interval | null {
  const intervals = causes.map(intervalOf)
  if (intervals.length === 0) return null
  return {
    earliest: least(intervals.map(({ earliest }) => earliest)),
    latest: least(intervals.map(({ latest }) => latest)),
  }
}

/** One that has no bound leaves all without one. */
function least(moments: readonly (number | null)[]): number | null {
  return moments.some((moment) => moment === null) ? null : Math.min(...(moments as number[]))
}

/**
 * How long after the first something came, as an interval: the two moments are each known only
 * to an interval, so their distance is too. Never negative: it is known to have come later.
 */
export function after(first: Interval, later: Interval): Length {
  return {
    min: distance(first.latest, later.earliest),
    max: distance(first.earliest, later.latest),
  }
}

function distance(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from)
}

/** Half of what is not known of a moment, in ms: the moment is the middle, give or take this. */
export function uncertainty({ earliest, latest }: Interval): number | null {
  return earliest === null || latest === null ? null : (latest - earliest) / 2
}

/** When an effect was seen to have come: its response runs from the first of the causes. */
export function effectSeenAt(
  effect: Pick<EffectSeen, 'response_s'>,
  demand: Pick<Demand, 'causes'>,
): number | null {
  const first = demand.causes[0]
  const longest = effect.response_s?.[1] ?? null
  if (!first || longest === null) return null
  const { earliest } = intervalOf(first)
  return earliest === null ? null : earliest + longest * 1000
}

/** The moments at which effects were seen, each with the numbers of all that came then. */
export function effectMarks(
  demand: Pick<Demand, 'causes' | 'effects'>,
): { at: number; numbers: number[] }[] {
  const marks = new Map<number, number[]>()
  demand.effects.forEach((effect, index) => {
    const at = effectSeenAt(effect, demand)
    if (at !== null) marks.set(at, [...(marks.get(at) ?? []), index + 1])
  })
  return [...marks].map(([at, numbers]) => ({ at, numbers }))
}

export type ShownResult = Demand['result'] | EffectSeen['result'] | 'unjudged'

/** What may be shown of a result: while nobody judges, nothing goes on as far as we know. */
export function shownResult(
  result: Demand['result'] | EffectSeen['result'],
  trusted: boolean,
): ShownResult {
  return !trusted && (result === 'open' || result === 'waiting') ? 'unjudged' : result
}

/** The limits of a cause: itself, or those that vote in `2oo3(a:HH b:HH c:HH)`. */
export function votedLimits(cause: string): { voting: string | null; limits: string[] } {
  const [, voting, limits] = /^(\d+oo\d+)\((.+)\)$/.exec(cause) ?? []
  if (voting === undefined || limits === undefined) return { voting: null, limits: [cause] }
  return { voting, limits: limits.split(' ') }
}

/** Shown before and after a demand, in ms. */
const MARGIN = 60_000

/** While a demand is fresh its trend is drawn anew this often, in ms. */
const STEP = 10_000

/** The signals of a demand's causes, then of its effects that have feedback, each once. */
export function demandSignals(demand: Pick<Demand, 'causes' | 'effects'>): string[] {
  const limits = demand.causes.flatMap(({ limit, members }) =>
    members.length > 0 ? members : votedLimits(limit).limits,
  )
  const signals = limits.map((limit) => limit.slice(0, limit.lastIndexOf(':')))
  const feedbacks = demand.effects.filter(({ feedback }) => feedback)
  return [...new Set([...signals, ...feedbacks.map(({ signal }) => signal)])]
}

/**
 * From a minute before the first cause to a minute after the last thing that happened, and not
 * beyond `now` (null when it is not known).
 */
export function demandSpan(demand: Demand, now: number | null): { start: number; end: number } {
  const opened = Date.parse(demand.time)
  const first = firstInterval(firstCauses(demand))
  const seen = demand.effects.map((effect) => effectSeenAt(effect, demand) ?? 0)
  const causes = demand.causes.map((cause) => intervalOf(cause).latest ?? 0)
  const end = Math.max(opened, ...seen, ...causes) + MARGIN
  const until = now === null ? end : Math.ceil(now / STEP) * STEP
  return { start: (first?.earliest ?? opened) - MARGIN, end: Math.min(end, Math.max(opened, until)) }
}
