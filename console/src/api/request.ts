import { NoAnswer, Problem } from './problem'
import type { ProblemBody } from './types'

const BASE = '/api/v1'

/** Longer than the second the server gives an act, shorter than a person's patience, in ms. */
const PATIENCE_MS = 8000

let csrfToken = ''

/** The token that unsafe requests must carry; it comes with the session. */
export function useCsrfToken(token: string): void {
  csrfToken = token
}

interface Options {
  method?: 'GET' | 'POST' | 'DELETE'
  body?: unknown
  /** Same key, same act: asking again after no answer cannot do it twice. */
  idempotencyKey?: string
}

/**
 * Ask the API and give its JSON answer.
 *
 * @throws Problem when the server refuses; NoAnswer when none came.
 */
export async function request<T>(path: string, options: Options = {}): Promise<T> {
  const { method = 'GET', body, idempotencyKey } = options
  const headers = new Headers({ Accept: 'application/json' })
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  if (method !== 'GET') headers.set('X-CSRF-Token', csrfToken)
  if (idempotencyKey) headers.set('Idempotency-Key', idempotencyKey)
  let response: Response
  let text: string
  try {
    response = await fetch(BASE + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    text = await response.text()
  } catch (error) {
    // fetch reports every kind of unreachable server as a TypeError or a DOMException.
    if (error instanceof TypeError || error instanceof DOMException) throw new NoAnswer(path)
    throw error
  }
  if (response.ok) return (text ? JSON.parse(text) : undefined) as T
  throw new Problem(response.status, problemBody(response, text))
}

function problemBody(response: Response, text: string): Partial<ProblemBody> {
  // A proxy in between answers in HTML; then the status alone has to do.
  const isJson = /\bjson\b/.test(response.headers.get('Content-Type') ?? '')
  return isJson ? (JSON.parse(text) as Partial<ProblemBody>) : {}
}
