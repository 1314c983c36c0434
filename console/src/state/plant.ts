import { computed, shallowRef, triggerRef } from 'vue'
import { allPages } from '../api/pages'
import { request } from '../api/request'
import type {
  Alarm,
  Alarms,
  Criteria,
  Criterion,
  Entry,
  Interlock,
  Interlocks,
  Plant,
  Plants,
  Signal,
  Signals,
  SignalsEvent,
  Violation,
  Violations,
} from '../api/types'
import { alarmAfter } from '../plant/alarm'
import { nodeAfter } from '../plant/node'
import { interlockAfter } from '../plant/interlock'
import { standing } from '../plant/order'
import { signalAfter } from '../plant/reading'
import { compareViolations, violationAfter } from '../plant/violation'

/** What the page knows of the plant. Large maps change in place and are triggered once a batch. */
export const plant = shallowRef<Plant>()
export const signals = shallowRef(new Map<string, Signal>())
export const alarms = shallowRef(new Map<string, Alarm>())
export const interlocks = shallowRef(new Map<string, Interlock>())
export const violations = shallowRef(new Map<string, Violation>())
export const criteria = shallowRef(new Map<string, Criterion>())
export const unjudged = shallowRef({ unknown: 0, uncovered: 0 })

export const standingAlarms = computed(() => standing(alarms.value.values()))

/** The alarm that counts most at each signal: the list is sorted, so the first one found. */
export const worstBySignal = computed(() => {
  const worst = new Map<string, Alarm>()
  for (const alarm of standingAlarms.value) {
    if (alarm.signal !== null && alarm.suppressed_by === null && !worst.has(alarm.signal)) worst.set(alarm.signal, alarm)
  }
  return worst
})

export const standingViolations = computed(() =>
  [...violations.value.values()].sort(compareViolations),
)

const byId = <T extends { id: string }>(items: T[]): Map<string, T> =>
  new Map(items.map((item) => [item.id, item]))

/** Read everything anew. Entries that arrive meanwhile are to be applied afterwards. */
export async function loadPlant(): Promise<void> {
  const found = (await request<Plants>('/plants')).items[0]
  if (!found) throw new Error('the server answers for no plant')
  const [allSignals, allAlarms, allInterlocks, allCriteria] = await Promise.all([
    request<Signals>(`/plants/${encodeURIComponent(found.id)}/signals`),
    allPages<Alarms>('/alarms'),
    request<Interlocks>('/interlocks'),
    request<Criteria>('/criteria'),
    loadViolations(),
  ])
  plant.value = found
  signals.value = byId(allSignals.items)
  alarms.value = byId(allAlarms.items)
  interlocks.value = byId(allInterlocks.items)
  criteria.value = byId(allCriteria.items)
}

export async function loadViolations(): Promise<void> {
  const { items, last } = await allPages<Violations>('/violations')
  violations.value = byId(items.filter((violation) => violation.until === null))
  unjudged.value = { unknown: last.unknown, uncovered: last.uncovered }
}

/** Take in journal entries in order. Gives the kinds among them. */
export function applyEntries(entries: readonly Entry[]): Set<string> {
  const kinds = new Set<string>()
  for (const entry of entries) {
    kinds.add(entry.kind)
    applyEntry(entry)
  }
  if (kinds.has('alarm')) triggerRef(alarms)
  if (kinds.has('violation')) triggerRef(violations)
  if (INTERLOCK_KINDS.some((kind) => kinds.has(kind))) triggerRef(interlocks)
  return kinds
}

const INTERLOCK_KINDS = ['interlock', 'demand', 'bypass']

function applyEntry(entry: Entry): void {
  if (entry.kind === 'alarm') {
    alarms.value.set(entry.subject, alarmAfter(entry, alarms.value.get(entry.subject)))
  } else if (entry.kind === 'violation') {
    const after = violationAfter(entry, violations.value.get(entry.subject))
    if (after) violations.value.set(entry.subject, after)
    else violations.value.delete(entry.subject)
  } else if (INTERLOCK_KINDS.includes(entry.kind)) {
    const before = interlocks.value.get(entry.subject)
    if (before) interlocks.value.set(entry.subject, interlockAfter(entry, before))
  } else if (entry.kind === 'node' && plant.value) {
    plant.value = nodeAfter(entry, plant.value)
  }
}

export function applySignals(event: SignalsEvent): void {
  for (const [id, live] of Object.entries(event.signals)) {
    const before = signals.value.get(id)
    if (before) signals.value.set(id, signalAfter(live, before))
  }
  triggerRef(signals)
}
