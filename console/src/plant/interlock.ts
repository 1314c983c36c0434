import type { Demand, Entry, Interlock } from '../api/types'

export type InterlockState = Interlock['state']

/** What asks for a look first; what is at rest last. */
export const STATES: readonly InterlockState[] = [
  'demanded',
  'unavailable',
  'disarmed',
  'bypassed',
  'degraded',
  'unknown',
  'armed',
]

/**
 * What may be shown of an interlock: while nobody judges, armed is not known to be armed.
 * What is worse than armed stays as it was last judged.
 */
export function shownState(interlock: Interlock, trusted: boolean): InterlockState {
  return interlock.raw_state === 'armed' && !trusted ? 'unknown' : interlock.raw_state
}

interface StateBody {
  state: InterlockState
  reason: Interlock['reason']
  votings?: readonly { cause: string; effective: string; tolerance: number | null }[]
}

interface DemandBody extends Omit<Demand, 'id' | 'interlock' | 'equipment' | 'seq'> {
  demand: string
  event: string
}

interface BypassBody {
  bypass: string
  event: 'on' | 'off'
  signal: string
  started_at: string
}

/** The interlock after an `interlock`, `demand` or `bypass` entry about it. */
export function interlockAfter(entry: Entry, before: Interlock): Interlock {
  if (before.seq !== null && entry.seq <= before.seq) return before
  if (entry.kind === 'interlock') {
    const { state, reason, votings = [] } = entry.body as unknown as StateBody
    const voting = before.voting.map((cause) => votingAfter(cause, votings))
    // Its voting may change while it stays in its state.
    const since = before.since !== null && state === before.raw_state ? before.since : entry.time
    return { ...before, state, raw_state: state, reason, voting, since, seq: entry.seq }
  }
  if (entry.kind === 'demand') return { ...before, last_demand: demandAfter(entry, before) }
  return { ...before, bypasses: bypassesAfter(entry, before) }
}

function votingAfter(
  cause: Interlock['voting'][number],
  votings: NonNullable<StateBody['votings']>,
): Interlock['voting'][number] {
  const vote = votings.find((one) => one.cause === cause.id)
  return { ...cause, effective: vote?.effective ?? null, tolerance: vote?.tolerance ?? null }
}

function demandAfter(entry: Entry, before: Interlock): Demand | null {
  const { demand: id, event: _event, ...body } = entry.body as unknown as DemandBody
  const last = before.last_demand
  // A late revision of an older demand does not replace the newest one.
  if (last && (entry.seq <= last.seq || (last.id !== id && body.time < last.time))) return last
  return { ...body, id, interlock: entry.subject, equipment: before.equipment, seq: entry.seq }
}

function bypassesAfter(entry: Entry, before: Interlock): Interlock['bypasses'] {
  const { bypass: id, event, signal, started_at } = entry.body as unknown as BypassBody
  const others = before.bypasses.filter((bypass) => bypass.id !== id)
  if (event === 'off') return others
  const started = { id, interlock: entry.subject, signal, started_at, ended_at: null }
  return [...others, { ...started, seq: entry.seq }]
}

/** Interlocks in the order of `ids`, without those that are no longer among them. */
export function inOrder(ids: readonly string[], interlocks: readonly Interlock[]): Interlock[] {
  const byId = new Map(interlocks.map((interlock) => [interlock.id, interlock]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
