import { expect, test } from 'vitest'
import { alarmAfter, alarmState, isLate } from '../src/plant/alarm'
import { alarm, entry } from './make'

const { id: _id, seq: _seq, known_at: _known, changed_at: _changed, ...standing } = alarm()
const body = (event: string, given: object = {}) => ({ ...standing, event, ...given })

test('the four states follow from active and acknowledged', () => {
  expect(alarmState({ active: true, acknowledged: false })).toBe('unacknowledged')
  expect(alarmState({ active: true, acknowledged: true })).toBe('acknowledged')
  expect(alarmState({ active: false, acknowledged: false })).toBe('returned')
  expect(alarmState({ active: false, acknowledged: true })).toBe('normal')
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
