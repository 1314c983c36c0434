import { shallowRef } from 'vue'
import { Problem } from '../api/problem'
import { request, useCsrfToken } from '../api/request'
import type { WhoAmI } from '../api/types'

/** Who is signed in: undefined until the server was asked, null when nobody is. */
export const who = shallowRef<WhoAmI | null>()

const ACKNOWLEDGERS: readonly WhoAmI['role'][] = ['operator', 'safety_engineer', 'plant_manager']

export function mayAcknowledge(): boolean {
  return !!who.value && ACKNOWLEDGERS.includes(who.value.role)
}

function begin(me: WhoAmI): void {
  useCsrfToken(me.csrf ?? '')
  who.value = me
}

/** Ask who is signed in. No answer at all is left to the caller. */
export async function loadSession(): Promise<void> {
  try {
    begin(await request<WhoAmI>('/session'))
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error
    who.value = null
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  begin(await request<WhoAmI>('/session', { method: 'POST', body: { login, password } }))
}

export async function signInByCode(code: string): Promise<void> {
  begin(await request<WhoAmI>('/session/link', { method: 'POST', body: { code } }))
}

export async function signOut(): Promise<void> {
  await request('/session', { method: 'DELETE' })
  who.value = null
}

/** The code of a `#/sign-in?code=…` address, taken out of the address bar and the history. */
export function takeCode(): string | null {
  const [route, query] = location.hash.slice(1).split('?')
  if (route !== '/sign-in') return null
  history.replaceState(null, '', location.pathname)
  return new URLSearchParams(query).get('code')
}
