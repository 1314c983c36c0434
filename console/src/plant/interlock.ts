import type { Demand, Entry, Interlock } from '../api/types'

export type InterlockState = Interlock['state']

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
}

interface DemandBody extends Omit<Demand, 'id' | 'interlock' | 'seq'> {
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
    const { state, reason } = entry.body as unknown as StateBody
    return { ...before, state, raw_state: state, reason, since: entry.time, seq: entry.seq }
  }
  if (entry.kind === 'demand') return { ...before, last_demand: demandAfter(entry, before) }
  return { ...before, bypasses: bypassesAfter(entry, before) }
}

function demandAfter(entry: Entry, before: Interlock): Demand | null {
  const { demand: id, event: _event, ...body } = entry.body as unknown as DemandBody
  const last = before.last_demand
  // A late revision of an older demand does not replace the newest one.
  if (last && (entry.seq <= last.seq || (last.id !== id && body.time < last.time))) return last
  return { ...body, id, interlock: entry.subject, seq: entry.seq }
}

function bypassesAfter(entry: Entry, before: Interlock): Interlock['bypasses'] {
  const { bypass: id, event, signal, started_at } = entry.body as unknown as BypassBody
  const others = before.bypasses.filter((bypass) => bypass.id !== id)
  if (event === 'off') return others
  const started = { id, interlock: entry.subject, signal, started_at, ended_at: null }
  return [...others, { ...started, seq: entry.seq }]
}
