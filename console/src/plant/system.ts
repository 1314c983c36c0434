import type { Device, Gateway, Spread, System } from '../api/types'

/** One thing that keeps the verdict from "all parts speak". */
export interface SystemFault {
  /** The text's key under `system.fault`. */
  key: FaultKey
  /** Whom it is about: a gateway, device or consumer. */
  id?: string
  /** The text's key of why, under `reason`. */
  reason?: string
  n?: number
}

export type FaultKey =
  | 'notJudged'
  | 'behind'
  | 'brokerAway'
  | 'monitorUnlinked'
  | 'gatewaySilent'
  | 'nodeOffline'
  | 'deviceDown'
  | 'deviceUnknown'
  | 'lost'
  | 'spoolFull'
  | 'consumerSilent'
  | 'recorderAway'
  | 'recorderFailing'
  | 'recorderBehind'

/** A spool this full will soon drop what somebody still needs. */
export const NEARLY_FULL = 0.9

/** What does not speak, or loses something, worst first; nothing when all parts speak. */
export function systemFaults(system: System): SystemFault[] {
  const { judging, monitor, recorder } = system
  const faults: SystemFault[] = []
  if (judging.stale) faults.push({ key: 'notJudged' })
  else if (judging.behind) faults.push({ key: 'behind' })
  if (!system.broker.linked) faults.push({ key: 'brokerAway' })
  if (monitor.linked === false) faults.push({ key: 'monitorUnlinked' })
  for (const gateway of system.gateways) faults.push(...gatewayFaults(gateway, judging.stale))
  if (recorder.state === 'away') faults.push({ key: 'recorderAway' })
  if (recorder.state === 'failing') faults.push({ key: 'recorderFailing' })
  if (recorder.state === 'behind') faults.push({ key: 'recorderBehind' })
  return faults
}

function gatewayFaults(gateway: Gateway, judgingStale: boolean): SystemFault[] {
  const { id, spool } = gateway
  if (gateway.silent) return [{ key: 'gatewaySilent', id }]
  const faults: SystemFault[] = []
  if (gateway.state === 'offline') faults.push({ key: 'nodeOffline', id })
  for (const device of gateway.devices) faults.push(...deviceFaults(device))
  if (spool !== null && spool.lost > 0) faults.push({ key: 'lost', id, n: spool.lost })
  if (spool !== null && share(spool) >= NEARLY_FULL) faults.push({ key: 'spoolFull', id })
  for (const consumer of gateway.consumers) {
    // The monitor and the recorder have sentences of their own.
    const told = consumer.name === 'recorder' || (consumer.name === 'monitor' && judgingStale)
    if (consumer.silent && !told) faults.push({ key: 'consumerSilent', id: consumer.name })
  }
  return faults
}

function deviceFaults({ id, state, reason }: Device): SystemFault[] {
  if (state === 'disconnected') return [{ key: 'deviceDown', id, reason: reason ?? 'NO_ANSWER' }]
  return state === 'unknown' ? [{ key: 'deviceUnknown', id }] : []
}

/** How full a spool is, 0 to 1. */
export function share(spool: { bytes: number; max_bytes: number }): number {
  return spool.max_bytes > 0 ? Math.min(1, spool.bytes / spool.max_bytes) : 1
}

/** A length of time as short as it can be told: `0.4 ms`, `12 ms`, `1.3 s`. */
export function tookText(seconds: number): string {
  const ms = seconds * 1000
  if (ms < 10) return `${ms.toFixed(1)} ms`
  return ms < 1000 ? `${Math.round(ms)} ms` : `${seconds.toFixed(1)} s`
}

/** Median, 99 of 100, and the longest. */
export function spreadText(spread: Spread | null): string {
  if (spread === null) return '—'
  const [p50, p99, most] = [spread.p50_s, spread.p99_s, spread.max_s].map(tookText)
  const unit = / m?s$/.exec(most ?? '')?.[0] ?? ''
  // A unit that all three have is said once, behind the last.
  const once = [p50, p99].every((text) => / m?s$/.exec(text ?? '')?.[0] === unit)
  return [p50, p99].map((text) => (once ? text?.replace(unit, '') : text)).join(' / ') + ` / ${most}`
}

/** Bytes in the largest unit that leaves at least one: `2.4 KiB`, `512 MiB`. */
export function bytesText(bytes: number): string {
  let value = bytes
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (value < 1024 || unit === 'GiB') {
      return `${unit === 'B' || value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`
    }
    value /= 1024
  }
  return ''
}
