import { shallowReactive } from 'vue'
import { NoAnswer, Problem } from '../api/problem'
import { request } from '../api/request'
import type { Acknowledge, ActDone, Alarm, Reset } from '../api/types'
import { alarms } from './plant'

export type Act = 'acknowledge' | 'reset'

/** An act on its way, or the reason why it did not go through. */
export interface Attempt {
  act: Act
  occurrence: number
  key: string
  pending: boolean
  /** A problem document, or null when no answer came at all. */
  failure?: Problem | null
}

/** By alarm id; gone once the journal shows that the act was done. */
export const attempts = shallowReactive(new Map<string, Attempt>())

/** What a person can do with an alarm now, if anything. */
export function nextAct(alarm: Alarm): Act | undefined {
  if (!alarm.acknowledged) return 'acknowledge'
  return alarm.latched && !alarm.active ? 'reset' : undefined
}

/**
 * Say "I have seen this occurrence", or let go of a latched one. The row changes when the
 * journal's entry arrives, not before.
 *
 * After no answer the same key is sent again, so a second press cannot act twice; after a
 * refusal a new act starts.
 */
export async function ask(alarm: Alarm, act: Act): Promise<void> {
  if (nextAct(alarm) !== act) return
  const { id, occurrence } = alarm
  const last = attempts.get(id)
  if (last?.pending) return
  const same = last?.act === act && last.occurrence === occurrence
  const key = same && last.failure === null ? last.key : freshKey()
  attempts.set(id, { act, occurrence, key, pending: true })
  try {
    await request<ActDone>(`/alarms/${encodeURIComponent(id)}/${act}`, {
      method: 'POST',
      body: { occurrence, comment: '' } satisfies Acknowledge | Reset,
      idempotencyKey: key,
    })
    settleActs()
  } catch (error) {
    if (!(error instanceof Problem || error instanceof NoAnswer)) throw error
    const failure = error instanceof Problem ? error : null
    attempts.set(id, { act, occurrence, key, pending: false, failure })
  }
}

/** 128 random bits; unlike randomUUID also where the plant serves plain HTTP. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Forget attempts whose alarm shows that they were done, or is of a later occurrence. */
export function settleActs(): void {
  for (const [id, attempt] of attempts) {
    const alarm = alarms.value.get(id)
    const answered = attempt.pending || attempt.failure === null
    if (!alarm || alarm.occurrence !== attempt.occurrence) attempts.delete(id)
    else if (isDone(alarm, attempt.act) && answered) attempts.delete(id)
  }
}

function isDone(alarm: Alarm, act: Act): boolean {
  return act === 'acknowledge' ? alarm.acknowledged : !alarm.latched
}

/** Take note of a refusal; the row shows its message again. */
export function dismiss(id: string): void {
  attempts.delete(id)
}
