import type { Alarm } from '../src/api/types'
import { PRIORITIES } from '../src/plant/alarm'
import { alarm } from './make'

/** Numbers from 0 to below 1 that are the same in every run (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** An alarm in any state at one of `signals` signals; a few are raised at the same moment. */
export function anyAlarm(roll: () => number, number: number, signals: number): Alarm {
  const raised = new Date(Date.UTC(2026, 10, 24) + Math.floor(roll() * 500) * 1000)
  return alarm({
    id: `a${number}`,
    signal: roll() < 0.1 ? null : `s${Math.floor(roll() * signals)}`,
    priority: PRIORITIES[Math.floor(roll() * 4)] ?? 'low',
    active: roll() < 0.6,
    acknowledged: roll() < 0.5,
    latched: roll() < 0.2,
    suppressed_by: roll() < 0.15 ? 'idle' : null,
    occurrence: Math.floor(roll() * 5),
    raised_at: raised.toISOString(),
  })
}
