import { EVENTS_ADDRESS, type Tell } from './message'
import { whole, type Said } from './whole'

/** Wait before trying again, in ms. */
const RETRY_MS = 1000

/** A stream that says nothing for so long is dead even if its socket is not, in ms. */
const DEAD_MS = 5000

/**
 * Keep one event stream open until the returned function is called.
 *
 * After every `open` the receiver reads all lists again, so nothing depends on how much the
 * server could resume. We reopen by ourselves: a browser gives up for good on an HTTP error.
 */
export function openSource(tell: Tell): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    const said: Said = new Map()
    source = new EventSource(EVENTS_ADDRESS)
    source.onopen = () => {
      tell({ type: 'open' })
      heard()
    }
    source.onerror = again
    on('entry', (data) => tell({ type: 'entry', entry: JSON.parse(data) }))
    on('signals', (data) => tell({ type: 'signals', signals: whole(JSON.parse(data), said) }))
    on('status', (data) => tell({ type: 'status', status: JSON.parse(data) }))
    on('reset', () => tell({ type: 'reset' }))
    heard()
  }

  function on(name: string, take: (data: string) => void): void {
    source?.addEventListener(name, (event: MessageEvent<string>) => {
      heard()
      take(event.data)
    })
  }

  function heard(): void {
    clearTimeout(timer)
    timer = setTimeout(again, DEAD_MS)
  }

  function again(): void {
    source?.close()
    clearTimeout(timer)
    tell({ type: 'lost' })
    timer = setTimeout(open, RETRY_MS)
  }

  open()
  return () => {
    source?.close()
    clearTimeout(timer)
  }
}
