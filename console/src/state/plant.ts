import { computed, shallowReactive, shallowRef, triggerRef } from 'vue'
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
import { signalAfter } from '../plant/reading'
import { StandingAlarms, type AlarmChange, type AlarmCounts } from '../plant/standing'
import { compareViolations, violationAfter } from '../plant/violation'

/**
 * What the page knows of the plant.
 *
 * `signals`, `alarms` and `worstBySignal` are followed key by key: who asks for one signal is
 * told of that one, and only who walks them all is told of everything. The other maps are
 * replaced or triggered as a whole, once a batch.
 */
export const plant = shallowRef<Plant>()
export const signals = shallowRef(keyed<Signal>([]))
export const alarms = shallowRef(keyed<Alarm>([]))
export const interlocks = shallowRef(new Map<string, Interlock>())
export const violations = shallowRef(new Map<string, Violation>())
export const criteria = shallowRef(new Map<string, Criterion>())
export const unjudged = shallowRef({ unknown: 0, uncovered: 0 })

let list = new StandingAlarms()

/** The alarms that stand, in the list's order; a new array once a batch. */
export const standingAlarms = shallowRef(list.list())

/** How many call and how many are suppressed, without walking the list. */
export const alarmCounts = shallowRef<AlarmCounts>(list.counts())

/** The alarm that counts most at each signal. */
export const worstBySignal = shallowRef(shallowReactive(new Map<string, Alarm>()))

/** Told after each batch what changed; null after everything was read anew. */
type AlarmFollower = (changes: readonly AlarmChange[] | null) => void

const followers = new Set<AlarmFollower>()

/** Call `run` with every change of an alarm until the returned function is called. */
export function followAlarms(run: AlarmFollower): () => void {
  followers.add(run)
  return () => void followers.delete(run)
}

export const standingViolations = computed(() =>
  [...violations.value.values()].sort(compareViolations),
)

function byId<T extends { id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]))
}

/** As `byId`; who reads one key is told of changes of that key alone. */
function keyed<T extends { id: string }>(items: readonly T[]): Map<string, T> {
  return shallowReactive(byId(items))
}

/** Read everything anew. Entries that arrive meanwhile are to be applied afterwards. */
export async function loadPlant(): Promise<void> {
  const found = (await request<Plants>('/plants')).items[0]
  if (!found) throw new Error('the server answers for no plant')
  const [allSignals, allAlarms, allInterlocks, allCriteria] = await Promise.all([
    allPages<Signals>(`/plants/${encodeURIComponent(found.id)}/signals`),
    allPages<Alarms>('/alarms'),
    allPages<Interlocks>('/interlocks'),
    request<Criteria>('/criteria'),
    loadViolations(),
  ])
  plant.value = found
  signals.value = keyed(allSignals.items)
  setAlarms(allAlarms.items)
  interlocks.value = byId(allInterlocks.items)
  criteria.value = byId(allCriteria.items)
}

/** Replace all alarms. */
export function setAlarms(items: readonly Alarm[]): void {
  alarms.value = keyed(items)
  list = new StandingAlarms(items)
  const worst = new Map<string, Alarm>()
  for (const signal of list.signals()) {
    const alarm = list.worstAt(signal)
    if (alarm) worst.set(signal, alarm)
  }
  worstBySignal.value = shallowReactive(worst)
  showAlarms(null)
}

function showAlarms(changes: readonly AlarmChange[] | null): void {
  standingAlarms.value = list.list()
  alarmCounts.value = list.counts()
  for (const follower of followers) follower(changes)
}

export async function loadViolations(): Promise<void> {
  const { items, last } = await allPages<Violations>('/violations')
  violations.value = byId(items.filter((violation) => violation.until === null))
  unjudged.value = { unknown: last.unknown, uncovered: last.uncovered }
}

/** Take in journal entries in order. Gives the kinds among them. */
export function applyEntries(entries: readonly Entry[]): Set<string> {
  const kinds = new Set<string>()
  const changes: AlarmChange[] = []
  for (const entry of entries) {
    kinds.add(entry.kind)
    if (entry.kind === 'alarm') applyAlarm(entry, changes)
    else applyEntry(entry)
  }
  if (changes.length > 0) showAlarms(changes)
  if (kinds.has('violation')) triggerRef(violations)
  if (INTERLOCK_KINDS.some((kind) => kinds.has(kind))) triggerRef(interlocks)
  return kinds
}

const INTERLOCK_KINDS = ['interlock', 'demand', 'bypass']

function applyAlarm(entry: Entry, changes: AlarmChange[]): void {
  const before = alarms.value.get(entry.subject)
  const after = alarmAfter(entry, before)
  if (after === before) return
  alarms.value.set(entry.subject, after)
  list.put(after)
  changes.push({ before, after })
  if (after.signal === null) return
  const worst = list.worstAt(after.signal)
  if (worst) worstBySignal.value.set(after.signal, worst)
  else worstBySignal.value.delete(after.signal)
}

function applyEntry(entry: Entry): void {
  if (entry.kind === 'violation') {
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
}
