import { expect, test } from 'vitest'
import type { Text } from '../src/api/types'
import { firstAnalogue } from '../src/plant/analogue'
import { fitting, narrows, untrustedOf } from '../src/plant/signalList'
import { signal } from './make'

const T = Date.parse('2026-11-24T06:45:33.000Z')
const nameOf = (id: string): Text =>
  id === 'eaf-1' ? { zh: '电弧炉', en: 'Arc furnace' } : { zh: '铸造机', en: 'Caster' }

const SIGNALS = [
  signal({ id: 'caster-1.water_flow' }),
  signal({ id: 'caster-1.gate_closed', unit: null, role: 'fast_gate.closed' }),
  signal({ id: 'eaf-1.inlet_flow', equipment: 'eaf-1', quality: 'BAD', value: null }),
]
const fit = (text: string, equipment = '') => fitting(SIGNALS, { text, equipment }, nameOf)

test('every word must be found, in id, name, role or equipment, in either language', () => {
  expect(fit('')).toEqual(SIGNALS.map(({ id }) => id))
  expect(fit('flow')).toHaveLength(3)
  expect(fit('GATE')).toEqual(['caster-1.gate_closed'])
  expect(fit('fast_gate')).toEqual(['caster-1.gate_closed'])
  expect(fit('流量 电弧炉')).toEqual(['eaf-1.inlet_flow'])
  expect(fit('caster nothing')).toEqual([])
})

test('an equipment narrows the list, one that does not exist to nothing', () => {
  expect(fit('', 'eaf-1')).toEqual(['eaf-1.inlet_flow'])
  expect(fit('', 'eaf')).toEqual([])
})

test('what cannot be trusted is known from quality, from age and from judging', () => {
  expect([...untrustedOf(SIGNALS, true, T)]).toEqual(['eaf-1.inlet_flow'])
  expect(untrustedOf(SIGNALS, true, T + 60_000).size).toBe(3)
  expect(untrustedOf(SIGNALS, false, T).size).toBe(3)
})

test('spaces narrow nothing', () => {
  expect(narrows({ text: ' ', view: 'all', equipment: '' })).toBe(false)
  expect(narrows({ text: '', view: 'untrusted', equipment: '' })).toBe(true)
  expect(narrows({ text: '', view: 'all', equipment: 'eaf-1' })).toBe(true)
})

test('a trend has the first six quantities and no switch', () => {
  const many = Array.from({ length: 9 }, (_, at) => signal({ id: `s${at}` }))
  const all = [signal({ id: 'switch', unit: null }), ...many]
  expect(firstAnalogue(all)).toEqual(['s0', 's1', 's2', 's3', 's4', 's5'])
})
