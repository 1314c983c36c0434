import { expect, test } from 'vitest'
import { interlockAfter, shownState } from '../src/plant/interlock'
import { nodeAfter } from '../src/plant/node'
import { violationAfter } from '../src/plant/violation'
import { entry, interlock, plant } from './make'

const demand = (seq: number, id: string, time: string, result: string) =>
  entry({
    seq,
    kind: 'demand',
    subject: 'mould-water',
    body: { demand: id, event: 'open', time, result, first_out: null, causes: [], effects: [] },
  })

test('armed is not known to be armed while nobody judges; what is worse stays', () => {
  expect(shownState(interlock(), true)).toBe('armed')
  expect(shownState(interlock(), false)).toBe('unknown')
  expect(shownState(interlock({ raw_state: 'bypassed' }), false)).toBe('bypassed')
})

test('a state entry carries the state, its reason and since when', () => {
  const body = { equipment: 'caster-1', from: 'armed', state: 'bypassed', reason: null }
  const after = interlockAfter(entry({ kind: 'interlock', body }), interlock())
  expect(after).toMatchObject({ raw_state: 'bypassed', since: '2026-11-24T06:46:00.000000Z' })
})

test('how it votes changes with a faulty channel, and since when it stands does not', () => {
  const cause = {
    id: '2oo3(a:H b:H c:H)',
    limits: ['a:H', 'b:H', 'c:H'],
    voting: '2oo3',
    on_bad: 'remove' as const,
    effective: '2oo3',
    tolerance: 1,
  }
  const since = '2026-11-24T05:00:00Z'
  const before = interlock({ raw_state: 'degraded', since, voting: [cause] })
  const votings = [{ cause: cause.id, designed: '2oo3', effective: '1oo1', tolerance: 0 }]
  const body = { from: 'degraded', state: 'degraded', reason: null, votings }
  const after = interlockAfter(entry({ kind: 'interlock', body }), before)
  expect(after.voting[0]).toMatchObject({ voting: '2oo3', effective: '1oo1', tolerance: 0 })
  expect(after.since).toBe(since)
})

test('the newest demand is shown, and revised in place', () => {
  let now = interlockAfter(demand(11, 'd1', '2026-11-24T06:00:00Z', 'open'), interlock())
  now = interlockAfter(demand(12, 'd2', '2026-11-24T06:10:00Z', 'open'), now)
  now = interlockAfter(demand(13, 'd2', '2026-11-24T06:10:00Z', 'ok'), now)
  expect(now.last_demand).toMatchObject({
    id: 'd2',
    result: 'ok',
    interlock: 'mould-water',
    equipment: 'caster-1',
  })
  now = interlockAfter(demand(14, 'd1', '2026-11-24T06:00:00Z', 'failed'), now)
  expect(now.last_demand).toMatchObject({ id: 'd2', result: 'ok' })
})

test('a bypass stands from on to off', () => {
  const body = { bypass: 'b', signal: 's', started_at: '2026-11-24T06:00:00Z', ended_at: null }
  const kind = 'bypass'
  const on = interlockAfter(entry({ kind, body: { ...body, event: 'on' } }), interlock())
  expect(on.bypasses).toMatchObject([{ id: 'b', started_at: '2026-11-24T06:00:00Z' }])
  const off = interlockAfter(entry({ seq: 12, kind, body: { ...body, event: 'off' } }), on)
  expect(off.bypasses).toEqual([])
})

test('a violation stands from open to close', () => {
  const body = { event: 'open', criterion: 'aluminium-2', subject: 'caster-1', kind: 'fail' }
  const open = violationAfter(entry({ subject: 'v1', body }), undefined)
  expect(open).toMatchObject({ id: 'v1', criterion: 'aluminium-2', seq: 11 })
  expect(open).not.toHaveProperty('event')
  const close = entry({ seq: 12, subject: 'v1', body: { ...body, event: 'close' } })
  expect(violationAfter(close, open)).toBeUndefined()
  expect(violationAfter({ ...close, seq: 11 }, open)).toBe(open)
})

test('a gateway that goes away is not shown online', () => {
  const gone = entry({ kind: 'node', subject: 'gw1', body: { from: 'online', state: 'offline' } })
  expect(nodeAfter(gone, plant()).nodes).toEqual([
    { id: 'gw1', state: 'offline', since: gone.time },
  ])
})
