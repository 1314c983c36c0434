import { expect, test } from 'vitest'
import type { Device, Gateway, System } from '../src/api/types'
import { bytesText, share, spreadText, systemFaults, tookText } from '../src/plant/system'

const T0 = '2026-11-24T06:45:30.000Z'

const device = (given: Partial<Device> = {}): Device => ({
  id: 'plc',
  protocol: 'modbus-tcp',
  address: '10.0.0.1:502 unit 1',
  state: 'connected',
  since: T0,
  reason: null,
  answered_at: T0,
  polls: 10,
  overruns: 0,
  connections: 1,
  failures: {},
  crashes: 0,
  request: null,
  spooled: null,
  signals: 3,
  untrusted: 0,
  equipment: ['caster-1'],
  ...given,
})

const spool = {
  id: '5p001',
  first: 3,
  next: 5,
  waiting: 2,
  bytes: 100,
  max_bytes: 1000,
  dropped: 0,
  lost: 0,
}

const gateway = (given: Partial<Gateway> = {}): Gateway => ({
  id: 'gw1',
  kind: 'gateway',
  state: 'online',
  since: T0,
  said_at: T0,
  silent: false,
  version: 'v',
  devices: [device()],
  spool,
  publish: { sent: 5, rewinds: 0, linked_since: T0 },
  consumers: [
    { name: 'monitor', offset: 4, behind: 0, heard_at: T0, silent: false },
    { name: 'recorder', offset: 4, behind: 0, heard_at: T0, silent: false },
  ],
  ...given,
})

const system = (given: Partial<System> = {}): System => ({
  at: T0,
  plant: { version: 'v', since: T0 },
  broker: { linked: true, since: T0 },
  gateways: [gateway()],
  recorder: {
    state: 'current',
    said_at: T0,
    until: T0,
    written_at: T0,
    fault: null,
    points: 1,
    failures: 0,
    lost: 0,
    dropped: 0,
  },
  monitor: {
    linked: true,
    judged: null,
    commit: null,
    refused: {},
    last_fault: null,
    folder_differs: false,
  },
  journal: { epoch: 'e', seq: 1, time: T0, hash: 'ab' },
  streams: { clients: 1, most: 200 },
  judging: {
    judged_until: T0,
    heartbeat_at: T0,
    stale: false,
    not_judged_since: null,
    catching_up: false,
    behind: false,
  },
  position: 'e-1',
  ...given,
})

const keys = (given: System): string[] => systemFaults(given).map(({ key }) => key)

test('when all parts speak there is nothing to say', () => {
  expect(systemFaults(system())).toEqual([])
})

test('a device that does not answer is named with its reason', () => {
  const down = device({ id: 'gas', state: 'disconnected', reason: 'REFUSED' })
  expect(systemFaults(system({ gateways: [gateway({ devices: [device(), down] })] }))).toEqual([
    { key: 'deviceDown', id: 'gas', reason: 'REFUSED' },
  ])
})

test('an unknown device is never well, a foreign one need not tell', () => {
  const gateways = [
    gateway({ devices: [device({ state: 'unknown' })] }),
    gateway({
      id: 'ext',
      kind: 'foreign',
      spool: null,
      consumers: [],
      devices: [device({ state: 'not_told' })],
    }),
  ]
  expect(keys(system({ gateways }))).toEqual(['deviceUnknown'])
})

test('a silent gateway is said once, not once for each device', () => {
  const devices = [device({ state: 'unknown' }), device({ id: 'b', state: 'unknown' })]
  expect(keys(system({ gateways: [gateway({ silent: true, devices })] }))).toEqual([
    'gatewaySilent',
  ])
})

test('a spool that lost or will soon drop something is said', () => {
  const full = gateway({ spool: { ...spool, bytes: 950, lost: 7, dropped: 9 } })
  expect(systemFaults(system({ gateways: [full] }))).toEqual([
    { key: 'lost', id: 'gw1', n: 7 },
    { key: 'spoolFull', id: 'gw1' },
  ])
})

test.each(['away', 'failing', 'behind'] as const)('a recorder that is %s is said once', (state) => {
  const silent = { name: 'recorder', offset: 4, behind: 90, heard_at: null, silent: true }
  const recorder = { ...system().recorder, state }
  const found = keys(system({ recorder, gateways: [gateway({ consumers: [silent] })] }))
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(/^recorder/)
})

test('a monitor without a heartbeat comes first', () => {
  const judging = { ...system().judging, stale: true, behind: true }
  const monitor = { ...system().monitor, linked: null }
  const silent = { name: 'monitor', offset: 4, behind: 9, heard_at: T0, silent: true }
  const gateways = [gateway({ consumers: [silent], devices: [device({ state: 'unknown' })] })]
  expect(keys(system({ judging, monitor, gateways }))).toEqual(['notJudged', 'deviceUnknown'])
})

test('another silent consumer and a broker out of reach are said', () => {
  const silent = { name: 'bridge', offset: 4, behind: 9, heard_at: T0, silent: true }
  const gateways = [gateway({ consumers: [silent] })]
  const broker = { linked: false, since: null }
  expect(keys(system({ broker, gateways }))).toEqual(['brokerAway', 'consumerSilent'])
})

test('figures are as short as they can be', () => {
  expect([0.0004, 0.0123, 0.9996, 1.25].map(tookText)).toEqual([
    '0.4 ms',
    '12 ms',
    '1000 ms',
    '1.3 s',
  ])
  expect(spreadText({ count: 3, p50_s: 0.001, p99_s: 0.02, max_s: 2 })).toBe(
    '1.0 ms / 20 ms / 2.0 s',
  )
  expect(spreadText({ count: 3, p50_s: 0.001, p99_s: 0.02, max_s: 0.5 })).toBe(
    '1.0 / 20 / 500 ms',
  )
  expect(spreadText(null)).toBe('—')
  expect([12, 2472, 536870912].map(bytesText)).toEqual(['12 B', '2.4 KiB', '512 MiB'])
  expect(share({ bytes: 0, max_bytes: 0 })).toBe(1)
})
