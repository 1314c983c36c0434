import { expect, test } from 'vitest'
import { judge, serverNow, type Link } from '../src/plant/judging'
import { status } from './make'

const T0 = '2026-11-24T06:45:30.000Z'
const link = (given: Partial<Link> = {}): Link => ({
  open: true,
  heardAt: 1000,
  status: status(T0),
  statusAt: 1000,
  ...given,
})

test('a recent word of the server is connected', () => {
  expect(judge(link(), 1900)).toEqual({
    state: 'connected',
    since: null,
    reconnecting: false,
    trusted: true,
    dataAgeMs: 900,
  })
})

test('the server saying that nobody judges is believed at once', () => {
  const stale = { stale: true, not_judged_since: '2026-11-24T06:45:20.000Z' }
  const lamp = judge(link({ status: status(T0, stale) }), 1000)
  expect(lamp).toMatchObject({ state: 'not_judged', trusted: false, reconnecting: false })
  expect(lamp.since).toBe('2026-11-24T06:45:20.000Z')
})

test('three seconds of silence are not judged, since what was judged last', () => {
  expect(judge(link(), 4000).state).toBe('connected')
  const lamp = judge(link(), 4001)
  expect(lamp).toMatchObject({ state: 'not_judged', since: T0, reconnecting: true })
})

test('other events do not stand in for the status', () => {
  const lamp = judge(link({ heardAt: 4100 }), 4100)
  expect(lamp).toMatchObject({ state: 'not_judged', reconnecting: false })
})

test('an old heartbeat is seen before the server says so', () => {
  const old = { heartbeat_at: '2026-11-24T06:45:27.000Z' }
  expect(judge(link({ status: status(T0, old) }), 1500).state).toBe('connected')
  expect(judge(link({ status: status(T0, old) }), 1501).state).toBe('not_judged')
})

test('a monitor that never beat is not judged', () => {
  const never = { heartbeat_at: null, judged_until: null, stale: true }
  expect(judge(link({ status: status(T0, never) }), 1000)).toMatchObject({
    state: 'not_judged',
    since: null,
    dataAgeMs: null,
  })
})

test('catching up says until when, and is trusted only while not behind', () => {
  const judged_until = '2026-11-24T06:44:00.000Z'
  const near = judge(link({ status: status(T0, { catching_up: true, judged_until }) }), 1000)
  expect(near).toMatchObject({ state: 'catching_up', since: judged_until, trusted: true })
  const behind = { catching_up: true, behind: true, judged_until }
  expect(judge(link({ status: status(T0, behind) }), 1000).trusted).toBe(false)
})

test('before the first word the page connects, and then says that nothing is judged', () => {
  const unheard = link({ open: false, status: null })
  expect(judge(unheard, 2000).state).toBe('connecting')
  expect(judge(unheard, 4001)).toMatchObject({ state: 'not_judged', since: null })
})

test('a lost stream reconnects; what was heard stands until it is too old', () => {
  expect(judge(link({ open: false }), 2000)).toMatchObject({
    state: 'connected',
    reconnecting: true,
  })
})

test('the server clock runs on by the page clock', () => {
  expect(serverNow(link(), 3500)).toBe(Date.parse(T0) + 2500)
})
