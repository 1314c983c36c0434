import type { Message } from './message'

/** Changes are taken in together, at most so often, in ms. */
export const BATCH_MS = 100

/**
 * What a person must see now waits for nothing; in a flood, when one calls after the other, they
 * are drawn so often at most, in ms: sooner than anybody can tell.
 */
export const URGENT_MS = 50

/** What is not urgent comes in bursts: the first of one waits for the rest, in ms. */
const BURST_MS = 16

/** The events of an alarm with which it may begin to call. */
const CALLING = new Set(['trip', 'level', 'unsuppress'])

/** True for a message that must be shown at once: an alarm that calls. */
export function isUrgent(message: Message): boolean {
  if (message.type !== 'entry' || message.entry.kind !== 'alarm') return false
  const { event, acknowledged, suppressed_by } = message.entry.body
  return CALLING.has(String(event)) && acknowledged !== true && suppressed_by === null
}

/** How long to wait, in ms, when changes were last taken in `since` ms ago. */
export function waitMs(urgent: boolean, since: number): number {
  return urgent ? Math.max(0, URGENT_MS - since) : Math.max(BURST_MS, BATCH_MS - since)
}
