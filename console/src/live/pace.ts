import type { Message } from './message'

/** Changes are taken in together, at most so often, in ms. */
export const BATCH_MS = 100

/** What a person must see now waits for nothing but the frame that is being drawn, in ms. */
export const URGENT_MS = 16

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
  // What is not urgent comes in bursts: the first of one waits a frame for the rest.
  return urgent ? Math.max(0, URGENT_MS - since) : Math.max(URGENT_MS, BATCH_MS - since)
}
