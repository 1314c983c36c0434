import { shallowRef } from 'vue'

const NAME = 'firstout-sound'

/**
 * Whether this tab is the one that sounds. Several tabs of a browser share one pair of speakers,
 * and the same alarm from each of them is noise. Where the browser has no locks (a page over
 * plain HTTP) every tab sounds: twice is better than never.
 */
export const sounds = shallowRef(false)

let letGo: (() => void) | undefined
let waiting: AbortController | undefined

/** Ask to be the tab that sounds; the next one in the queue follows when this one is closed. */
export function queue(): void {
  if (!('locks' in navigator)) {
    sounds.value = true
    return
  }
  if (waiting) return
  waiting = new AbortController()
  const held = (): Promise<void> =>
    new Promise((done) => {
      sounds.value = true
      letGo = done
    })
  navigator.locks.request(NAME, { signal: waiting.signal }, held).catch((error: unknown) => {
    if (!(error instanceof DOMException)) throw error
    // Left the queue, or the browser refuses locks here: then nobody else holds it either.
    if (error.name !== 'AbortError') sounds.value = true
  })
}

/** Leave the place to another tab. */
export function leave(): void {
  waiting?.abort()
  letGo?.()
  waiting = letGo = undefined
  sounds.value = false
}

/**
 * Follow what is silenced in another tab: whoever silences means the noise, wherever it comes
 * from. Gives how to tell the others, and how to stop.
 */
export function followSilence(run: () => void): { tell: () => void; stop: () => void } {
  if (typeof BroadcastChannel === 'undefined') return { tell: () => {}, stop: () => {} }
  const channel = new BroadcastChannel(NAME)
  channel.onmessage = run
  return { tell: () => channel.postMessage('silence'), stop: () => channel.close() }
}
