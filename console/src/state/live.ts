import { shallowRef } from 'vue'
import { Problem } from '../api/problem'
import type { Entry } from '../api/types'
import type { Message } from '../live/message'
import { isUrgent, waitMs } from '../live/pace'
import { follow } from '../live/stream'
import { settleActs } from './acts'
import { loadAlarmRate, noteAlarms } from './alarmRate'
import { link, tick } from './clock'
import { applyEntries, applySignals, loadPlant, loadViolations } from './plant'
import { loadSession, who } from './session'

/** True once the lists were read at least once; until then the page has nothing to show. */
export const loaded = shallowRef(false)

/** How often the page looks at its own clock, in ms. */
const TICK_MS = 250

/** Words of the server nearer than this do not move the lamp, in ms. */
const HEARD_MS = 200

/** Wait before the lists are asked for again, in ms. */
const RETRY_MS = 1000

/** Verdicts come in bursts; the counts of unknown are read once after each, in ms. */
const COUNTS_MS = 1000

interface Listener {
  kinds: readonly string[]
  run: () => void
}

const listeners = new Set<Listener>()

let waiting: Message[] = []
let batch: ReturnType<typeof setTimeout> | undefined
/** When the waiting messages are to be taken in, and when some last were, on the page's clock. */
let due = Infinity
let takenIn = 0
let counts: ReturnType<typeof setTimeout> | undefined
let retry: ReturnType<typeof setTimeout> | undefined
let running = false
let reading = false
let again = false

/** Follow the plant until the returned function is called. */
export function startLive(): () => void {
  link.value = { open: false, heardAt: performance.now(), status: null, statusAt: 0 }
  running = true
  const timer = setInterval(tick, TICK_MS)
  const stop = follow(take)
  tick()
  void read()
  return () => {
    stop()
    clearInterval(timer)
    clearTimeout(batch)
    clearTimeout(counts)
    clearTimeout(retry)
    batch = counts = undefined
    due = Infinity
    running = false
    waiting = []
    loaded.value = false
  }
}

/** Call `run` after journal entries of one of `kinds`, and after everything was read anew. */
export function whenJournalled(kinds: readonly string[], run: () => void): () => void {
  const listener = { kinds, run }
  if (kinds.length > 0) listeners.add(listener)
  return () => void listeners.delete(listener)
}

function take(message: Message): void {
  const heardAt = performance.now()
  if (message.type === 'lost') {
    link.value = { ...link.value, open: false }
    // A stream is also lost when the session ended; then the page goes to sign-in by itself.
    loadSession().catch(() => undefined)
    return
  }
  hear(message, heardAt)
  if (message.type === 'open' || message.type === 'reset') void read()
  else if (message.type !== 'status') {
    waiting.push(message)
    schedule(isUrgent(message), heardAt)
  }
}

/** Note that the server speaks; with hundreds of messages a second not each of them. */
function hear(message: Message, heardAt: number): void {
  if (message.type === 'status') {
    link.value = { open: true, heardAt, status: message.status, statusAt: heardAt }
  } else if (!link.value.open || heardAt - link.value.heardAt > HEARD_MS) {
    link.value = { ...link.value, open: true, heardAt }
  } else return
  tick()
}

/** See that what waits is taken in, at once if a person must see it now. */
function schedule(urgent: boolean, now: number): void {
  const wait = waitMs(urgent, now - takenIn)
  if (now + wait >= due) return
  clearTimeout(batch)
  // No timer where none is needed: a page in the background gets its timers late.
  if (wait === 0) applyBatch()
  else {
    due = now + wait
    batch = setTimeout(applyBatch, wait)
  }
}

/** Read all lists; what the stream brings meanwhile waits and is applied on top. */
async function read(): Promise<void> {
  clearTimeout(retry)
  if (reading) {
    again = true
    return
  }
  reading = true
  try {
    do {
      again = false
      await loadPlant()
    } while (again)
    loaded.value = running
    void loadAlarmRate()
    settleActs()
    for (const listener of listeners) listener.run()
  } catch (error) {
    // The lamp tells people; we ask again, or go to sign-in when the session has ended.
    if (error instanceof Problem && error.status === 401) who.value = null
    if (running) retry = setTimeout(() => void read(), RETRY_MS)
  } finally {
    reading = false
    applyBatch()
  }
}

function applyBatch(): void {
  clearTimeout(batch)
  batch = undefined
  due = Infinity
  if (reading) return
  takenIn = performance.now()
  const messages = waiting
  waiting = []
  const entries: Entry[] = []
  for (const message of messages) {
    if (message.type === 'entry') entries.push(message.entry)
    if (message.type === 'signals') applySignals(message.signals)
  }
  if (entries.length === 0) return
  const kinds = applyEntries(entries)
  for (const listener of listeners) {
    if (listener.kinds.some((kind) => kinds.has(kind))) listener.run()
  }
  if (kinds.has('alarm')) {
    noteAlarms(entries)
    settleActs()
  }
  if (kinds.has('plant')) void read()
  else if (kinds.has('verdict')) counts ??= setTimeout(readCounts, COUNTS_MS)
}

function readCounts(): void {
  counts = undefined
  // If it fails, the next verdict or the next `open` reads it again.
  loadViolations().catch(() => undefined)
}
