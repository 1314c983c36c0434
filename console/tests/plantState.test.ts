import { expect, test } from 'vitest'
import { computed } from 'vue'
import {
  alarmCounts,
  alarms,
  applyEntries,
  applySignals,
  followAlarms,
  setAlarms,
  signals,
  standingAlarms,
  worstBySignal,
} from '../src/state/plant'
import { alarm, entry, signal } from './make'

const { id: _id, seq: _seq, known_at: _known, changed_at: _changed, ...standing } = alarm()
const said = (seq: number, subject: string, given: object = {}) =>
  entry({ seq, subject, body: { ...standing, event: 'trip', signal: subject, ...given } })

test('a batch of entries moves the list, the counts and the worst at each signal', () => {
  setAlarms([alarm({ id: 'old', signal: 'old', priority: 'low', acknowledged: true })])
  const told: unknown[] = []
  const stop = followAlarms((changes) => told.push(changes?.map(({ after }) => after.id)))
  applyEntries([said(11, 'a'), said(12, 'b', { suppressed_by: 'idle' }), said(13, 'a')])
  applyEntries([entry({ kind: 'verdict', subject: 'x' })])
  stop()
  applyEntries([said(14, 'c')])

  expect(told).toEqual([['a', 'b', 'a']])
  expect(standingAlarms.value.map(({ id }) => id)).toEqual(['a', 'c', 'old', 'b'])
  expect(alarmCounts.value).toMatchObject({ calling: 2, suppressed: 1 })
  expect([...worstBySignal.value.keys()].sort()).toEqual(['a', 'c', 'old'])
  applyEntries([said(15, 'a', { event: 'return', active: false, acknowledged: true })])
  expect(worstBySignal.value.has('a')).toBe(false)
  expect(alarms.value.get('a')?.active).toBe(false)
})

test('who follows one signal is not told of another', () => {
  signals.value.set('s1', signal({ id: 's1', value: 1 }))
  signals.value.set('s2', signal({ id: 's2', value: 1 }))
  let runs = 0
  const value = computed(() => {
    runs += 1
    return signals.value.get('s1')?.value
  })
  const event = (id: string, number: number) => {
    const live = { value: number, last_value: number, quality: 'GOOD', reason: 'NONE', time: null }
    applySignals({ at: null, full: false, signals: { [id]: live as never } })
  }
  expect(value.value).toBe(1)
  event('s2', 5)
  expect([value.value, runs]).toEqual([1, 1])
  event('s1', 7)
  expect([value.value, runs]).toEqual([7, 2])
})
