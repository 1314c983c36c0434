/**
 * One event stream for all pages of this browser: HTTP/1.1 allows about six connections to a
 * server, and each stream takes one for good.
 */
import type { Message } from './message'
import { openSource } from './source'

const ports = new Set<MessagePort>()
let open = false
let close: (() => void) | undefined

function tell(message: Message): void {
  if (message.type === 'open') open = true
  if (message.type === 'lost') open = false
  for (const port of ports) port.postMessage(message)
}

function leave(port: MessagePort): void {
  ports.delete(port)
  if (ports.size > 0) return
  close?.()
  close = undefined
  open = false
}

addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0]
  if (!port) return
  ports.add(port)
  port.onmessage = () => leave(port)
  port.postMessage('here')
  if (open) port.postMessage({ type: 'open' } satisfies Message)
  close ??= openSource(tell)
})
