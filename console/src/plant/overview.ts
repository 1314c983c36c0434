import type { Alarm, Interlock, Plant, Priority, Signal, Text, Violation } from '../api/types'
import { PRIORITIES, alarmState } from './alarm'
import { shownState, type InterlockState } from './interlock'
import { shown } from './reading'
import { KINDS } from './violation'

export type Counts<Key extends string> = Readonly<Record<Key, number>>

/** What stands at one equipment, or in an area, in numbers. */
export interface Summary {
  readonly unacknowledged: Counts<Priority>
  /** Over, but nobody has seen it. */
  readonly returned: Counts<Priority>
  /** Seen: still there, or waiting for a reset. */
  readonly seen: Counts<Priority>
  readonly suppressed: number
  /** As they may be shown now: without judging none is armed. */
  readonly interlocks: Counts<InterlockState>
  /** Bypasses that stand, whatever else the interlocks are. */
  readonly bypasses: number
  readonly violations: Counts<Violation['kind']>
  readonly signals: number
  readonly untrusted: number
}

/** Interlock states, worst first. */
export const STATES: readonly InterlockState[] = [
  'demanded',
  'unavailable',
  'bypassed',
  'disarmed',
  'degraded',
  'unknown',
  'armed',
]

type Mutable = { -readonly [Key in keyof Summary]: Writable<Summary[Key]> }
type Writable<T> = T extends number ? number : { -readonly [Key in keyof T]: T[Key] }

function zeros<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>
}

function nothing(): Mutable {
  return {
    unacknowledged: zeros(PRIORITIES),
    returned: zeros(PRIORITIES),
    seen: zeros(PRIORITIES),
    suppressed: 0,
    interlocks: zeros(STATES),
    bypasses: 0,
    violations: zeros(KINDS),
    signals: 0,
    untrusted: 0,
  }
}

/** How many signals an equipment has, and how many of them cannot be trusted now. */
export interface Trust {
  signals: number
  untrusted: number
}

/** Count each equipment's signals; `clock` is the server's time in ms. */
export function trustOf(
  signals: Iterable<Signal>,
  trusted: boolean,
  clock: number | null,
): Map<string, Trust> {
  const found = new Map<string, Trust>()
  for (const signal of signals) {
    const trust = found.get(signal.equipment) ?? { signals: 0, untrusted: 0 }
    found.set(signal.equipment, trust)
    trust.signals += 1
    if (shown(signal, trusted, clock).quality !== 'GOOD') trust.untrusted += 1
  }
  return found
}

export interface Standing {
  /** Every equipment has a summary, also one where nothing stands. */
  equipment: Iterable<{ id: string }>
  trust: ReadonlyMap<string, Trust>
  alarms: Iterable<Alarm>
  interlocks: Iterable<Interlock>
  violations: Iterable<Violation>
  trusted: boolean
}

/** Alarms of no equipment, such as a gateway's, stand under this key. */
export const PLANT_ITSELF = ''

/** Count what stands, by equipment or by whatever else an alarm or violation is about. */
export function summarise(standing: Standing): Map<string, Summary> {
  const found = new Map<string, Mutable>()
  const at = (key: string): Mutable => {
    const known = found.get(key)
    if (known) return known
    const fresh = nothing()
    found.set(key, fresh)
    return fresh
  }
  for (const { id } of standing.equipment) Object.assign(at(id), standing.trust.get(id))
  for (const alarm of standing.alarms) countAlarm(at(alarm.equipment ?? PLANT_ITSELF), alarm)
  for (const interlock of standing.interlocks) {
    const summary = at(interlock.equipment)
    summary.interlocks[shownState(interlock, standing.trusted)] += 1
    if (interlock.bypasses.length > 0) summary.bypasses += 1
  }
  for (const { subject, kind } of standing.violations) at(subject).violations[kind] += 1
  return found
}

function countAlarm(summary: Mutable, alarm: Alarm): void {
  const state = alarmState(alarm)
  if (state === 'suppressed') summary.suppressed += 1
  else if (state === 'unacknowledged' || state === 'returned') summary[state][alarm.priority] += 1
  else if (state !== 'normal') summary.seen[alarm.priority] += 1
}

/** What several equipment come to together. */
export function sumOf(summaries: Iterable<Summary>): Summary {
  const sum = nothing()
  for (const one of summaries) add(sum, one)
  return sum
}

function add(sum: Mutable, one: Summary): void {
  for (const key of Object.keys(one) as (keyof Summary)[]) {
    const part = one[key]
    if (typeof part === 'number') {
      ;(sum as Record<string, unknown>)[key] = (sum[key] as number) + part
    } else {
      const into = sum[key] as Record<string, number>
      for (const [name, count] of Object.entries(part)) into[name] = (into[name] ?? 0) + count
    }
  }
}

/** True when a person could not tell the two apart. */
export function sameSummary(a: Summary, b: Summary): boolean {
  return (Object.keys(a) as (keyof Summary)[]).every((key) => {
    const one = a[key]
    const other = b[key]
    if (typeof one === 'number' || typeof other === 'number') return one === other
    const counts = other as Record<string, number>
    return Object.entries(one).every(([name, count]) => counts[name] === count)
  })
}

/** A part of the plant, and the ids of the equipment in it, in the plant's order. */
export interface Section {
  id: string
  /** Null for what stands in no area. */
  name: Text | null
  industry: string | null
  equipment: string[]
}

/** Divide the plant by its areas; a plant without areas by what its equipment is for. */
export function sectionsOf({ areas, industries, equipment }: Plant): Section[] {
  const sections: Section[] =
    areas.length > 0
      ? areas.map(({ id, name }) => ({ id, name, industry: null, equipment: [] }))
      : industries.map((id) => ({ id, name: null, industry: id, equipment: [] }))
  const byId = new Map(sections.map((section) => [section.id, section]))
  const rest: Section = { id: '', name: null, industry: null, equipment: [] }
  for (const item of equipment) {
    const key = areas.length > 0 ? item.area : item.industry
    ;(byId.get(key ?? '') ?? rest).equipment.push(item.id)
  }
  return [...sections, rest].filter((section) => section.equipment.length > 0)
}
