import { shallowReactive } from 'vue'
import { NoAnswer, Problem } from '../api/problem'
import { request } from '../api/request'
import type { Acknowledge, ActDone, Alarm } from '../api/types'
import { alarms } from './plant'

/** An acknowledgement on its way, or the reason why it did not go through. */
export interface Attempt {
  occurrence: number
  key: string
  pending: boolean
  /** A problem document, or null when no answer came at all. */
  failure?: Problem | null
}

/** By alarm id; gone once the journal shows the alarm acknowledged. */
export const attempts = shallowReactive(new Map<string, Attempt>())

/**
 * Say "I have seen this occurrence". The row changes when the journal's entry arrives, not before.
 *
 * After no answer the same key is sent again, so a second press cannot acknowledge twice; after a
 * refusal a new act starts.
 */
export async function acknowledge(alarm: Alarm): Promise<void> {
  if (alarm.acknowledged) return
  const { id, occurrence } = alarm
  const last = attempts.get(id)
  if (last?.pending) return
  const repeat = last?.failure === null && last.occurrence === occurrence
  const key = repeat ? last.key : freshKey()
  attempts.set(id, { occurrence, key, pending: true })
  try {
    await request<ActDone>(`/alarms/${encodeURIComponent(id)}/acknowledge`, {
      method: 'POST',
      body: { occurrence, comment: '' } satisfies Acknowledge,
      idempotencyKey: key,
    })
    settleAcknowledged()
  } catch (error) {
    if (!(error instanceof Problem || error instanceof NoAnswer)) throw error
    const failure = error instanceof Problem ? error : null
    attempts.set(id, { occurrence, key, pending: false, failure })
  }
}

/** 128 random bits; unlike randomUUID also where the plant serves plain HTTP. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Forget attempts whose alarm now stands acknowledged, or is of a later occurrence. */
export function settleAcknowledged(): void {
  for (const [id, attempt] of attempts) {
    const alarm = alarms.value.get(id)
    const answered = attempt.pending || attempt.failure === null
    if (!alarm || alarm.occurrence !== attempt.occurrence) attempts.delete(id)
    else if (alarm.acknowledged && answered) attempts.delete(id)
  }
}

/** Take note of a refusal; the row shows its message again. */
export function dismiss(id: string): void {
  attempts.delete(id)
}
