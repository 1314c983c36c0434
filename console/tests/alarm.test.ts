import { expect, test } from 'vitest'
import type { Alarm } from '../src/api/types'
import { alarmAfter, alarmState, calls, isLate } from '../src/plant/alarm'
import { isPassedDownwards, limitOf } from '../src/plant/limit'
import { nextAct } from '../src/state/acts'
import { alarm, entry, signal } from './make'

const { id: _id, seq: _seq, known_at: _known, changed_at: _changed, ...standing } = alarm()
const body = (event: string, given: object = {}) => ({ ...standing, event, ...given })

const STATES: [active: boolean, acknowledged: boolean, latched: boolean, held: boolean, string][] = [
  [true, false, false, false, 'unacknowledged'],
  [true, true, false, false, 'acknowledged'],
  [true, true, true, false, 'acknowledged'],
  [false, false, false, false, 'returned'],
  [false, false, true, false, 'returned'],
  [false, true, true, false, 'latched'],
  [false, true, false, false, 'normal'],
  [true, false, false, true, 'suppressed'],
  [true, true, false, true, 'suppressed'],
  [false, false, false, true, 'suppressed'],
  [false, true, true, true, 'suppressed'],
  [false, true, false, true, 'normal'],
]

test.each(STATES)(
  'active %s, acknowledged %s, latched %s, suppressed %s: %s',
  (active, acknowledged, latched, held, state) => {
    const suppressed_by = held ? 'idle' : null
    expect(alarmState({ active, acknowledged, latched, suppressed_by })).toBe(state)
    expect(calls({ acknowledged, suppressed_by })).toBe(!acknowledged && !held)
  },
)

test('what a person can do next: acknowledge, then reset what is latched and over', () => {
  const next = (given: Partial<Alarm>) => nextAct(alarm({ latched: true, ...given }))
  expect(next({})).toBe('acknowledge')
  expect(next({ active: false })).toBe('acknowledge')
  expect(next({ acknowledged: true })).toBeUndefined()
  expect(next({ acknowledged: true, active: false })).toBe('reset')
  expect(next({ acknowledged: true, active: false, latched: false })).toBeUndefined()
})

test('a reset leaves the acknowledgement and the lateness alone', () => {
  const before = alarm({ acknowledged: true, acknowledged_by: 'u1', active: false, latched: true })
  const over = body('reset', { acknowledged: true, active: false })
  const after = alarmAfter(entry({ actor: 'u2', body: over }), before)
  expect(after).toMatchObject({ latched: false, acknowledged_by: 'u1', known_at: before.known_at })
})

test('an alarm speaks of the limit of its level', () => {
  const limits = [{ level: 'LL' }, { level: 'RATE' }] as never
  const signals = new Map([[signal().id, signal({ limits })]])
  expect(limitOf(alarm({ level: 'RATE' }), signals)).toEqual({ level: 'RATE' })
  expect(limitOf(alarm({ level: 'HH' }), signals)).toBeUndefined()
  expect(limitOf(alarm({ level: null }), signals)).toBeUndefined()
})

test('low limits and falling too fast are passed downwards', () => {
  expect(isPassedDownwards({ level: 'LL', limit: 160 })).toBe(true)
  expect(isPassedDownwards({ level: 'RATE', limit: -6 })).toBe(true)
  expect(isPassedDownwards({ level: 'RATE', limit: 6 })).toBe(false)
  expect(isPassedDownwards({ level: 'DEVIATION', limit: 2 })).toBe(false)
})

test('a trip of an alarm never seen makes it', () => {
  const after = alarmAfter(entry({ body: body('trip') }), undefined)
  expect(after).toMatchObject({ id: 'caster-1.water_flow:low', seq: 11, active: true })
  expect(after).not.toHaveProperty('event')
})

test('acknowledging names who and when, and leaves the lateness alone', () => {
  const seen = entry({ actor: 'u1', body: body('acknowledge', { acknowledged: true }) })
  const after = alarmAfter(seen, alarm())
  expect(after).toMatchObject({ acknowledged: true, acknowledged_by: 'u1' })
  expect(after.known_at).toBe(alarm().known_at)
})

test('a return keeps who acknowledged; a new trip forgets', () => {
  const before = alarm({ acknowledged: true, acknowledged_by: 'u1' })
  const back = body('return', { active: false, acknowledged: true })
  expect(alarmAfter(entry({ body: back }), before).acknowledged_by).toBe('u1')
  const anew = body('trip', { occurrence: 2 })
  expect(alarmAfter(entry({ body: anew }), before).acknowledged_by).toBeNull()
})

test('an entry that the list already holds changes nothing', () => {
  const before = alarm({ seq: 11 })
  expect(alarmAfter(entry({ body: body('return', { active: false }) }), before)).toBe(before)
})

test('more than ten seconds between happening and knowing is late', () => {
  expect(isLate(alarm({ known_at: '2026-11-24T06:45:43.000000Z' }))).toBe(false)
  expect(isLate(alarm({ known_at: '2026-11-24T06:45:43.100000Z' }))).toBe(true)
})
