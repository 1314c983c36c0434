import type { Message, Tell } from './message'
import { openSource } from './source'

/** How long the worker may take to say that it is there, in ms. */
const WORKER_MS = 1500

/** Follow the plant's events, through the shared worker where that works. */
export function follow(tell: Tell): () => void {
  if (typeof SharedWorker === 'undefined') return openSource(tell)
  let stop: () => void
  const worker = new SharedWorker(new URL('./shared.worker.ts', import.meta.url), {
    type: 'module',
    name: 'firstout-events',
  })
  const leave = (): void => worker.port.postMessage('leave')
  const fallBack = (): void => {
    clearTimeout(timer)
    removeEventListener('pagehide', leave)
    worker.onerror = null
    worker.port.close()
    stop = openSource(tell)
  }
  const timer = setTimeout(fallBack, WORKER_MS)
  worker.onerror = fallBack
  worker.port.onmessage = ({ data }: MessageEvent<Message | 'here'>) => {
    clearTimeout(timer)
    if (data !== 'here') tell(data)
  }
  // A page that is gone must not keep the stream alive; one that is only put aside comes back
  // through a fresh load.
  addEventListener('pagehide', leave)
  stop = () => {
    clearTimeout(timer)
    removeEventListener('pagehide', leave)
    leave()
    worker.port.close()
  }
  return () => stop()
}
