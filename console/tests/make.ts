import type { Alarm, Demand, Entry, Interlock, Plant, Signal, StatusEvent } from '../src/api/types'

export const alarm = (given: Partial<Alarm> = {}): Alarm => ({
  id: 'caster-1.water_flow:low',
  kind: 'low',
  signal: 'caster-1.water_flow',
  equipment: 'caster-1',
  active: true,
  acknowledged: false,
  priority: 'critical',
  level: 'LL',
  occurrence: 1,
  value: 152.3,
  limit: 160,
  unit: 'm3/h',
  latched: false,
  suppressed_by: null,
  message: { zh: '流量低低', en: 'flow low-low' },
  raised_at: '2026-11-24T06:45:33.000000Z',
  changed_at: '2026-11-24T06:45:33.000000Z',
  known_at: '2026-11-24T06:45:33.500000Z',
  acknowledged_by: null,
  acknowledged_at: null,
  seq: 10,
  ...given,
})

export const entry = (given: Partial<Entry>): Entry => ({
  seq: 11,
  time: '2026-11-24T06:46:00.000000Z',
  known_at: '2026-11-24T06:46:00.200000Z',
  kind: 'alarm',
  subject: 'caster-1.water_flow:low',
  actor: 'monitor',
  body: {},
  ...given,
})

export const demand = (given: Partial<Demand> = {}): Demand => ({
  id: 'd1',
  interlock: 'mould-water',
  equipment: 'caster-1',
  time: '2026-11-24T06:00:00Z',
  result: 'ok',
  bypassed: false,
  first_out: null,
  causes: [],
  effects: [],
  seq: 7,
  ...given,
})

export const interlock = (given: Partial<Interlock> = {}): Interlock => ({
  id: 'mould-water',
  equipment: 'caster-1',
  name: { zh: '冷却水联锁', en: 'cooling water' },
  state: 'armed',
  raw_state: 'armed',
  stale: false,
  since: null,
  reason: null,
  causes: [],
  voting: [],
  effects: [],
  bypass_signals: [],
  armed_signal: null,
  reset: 'manual',
  effects_in_normal_use: false,
  sil: 0,
  bypasses: [],
  last_demand: null,
  proof_test_days: 180,
  seq: 5,
  ...given,
})

export const signal = (given: Partial<Signal> = {}): Signal => ({
  id: 'caster-1.water_flow',
  equipment: 'caster-1',
  device: 'mould-plc',
  role: 'mould.water_flow',
  name: { zh: '流量', en: 'flow' },
  unit: 'm3/h',
  range_low: 0,
  range_high: 300,
  period_s: 0.5,
  max_age_s: 2,
  age_s: 0.2,
  limits: [],
  value: 212,
  last_value: 212,
  quality: 'GOOD',
  reason: 'NONE',
  time: '2026-11-24T06:45:33.000000Z',
  ...given,
})

type Judging = StatusEvent['judging']

export const status = (server_time: string, judging: Partial<Judging> = {}): StatusEvent => ({
  server_time,
  position: null,
  judging: {
    judged_until: server_time,
    heartbeat_at: server_time,
    stale: false,
    not_judged_since: null,
    catching_up: false,
    behind: false,
    ...judging,
  },
})

export const plant = (): Plant => ({
  id: 'demo',
  version: 'v1',
  name: { zh: '示范', en: 'demo' },
  enterprise: { zh: '示范', en: 'demo' },
  district: { zh: '示范', en: 'demo' },
  industries: [],
  time_zone: 'Asia/Shanghai',
  simulated: true,
  areas: [],
  equipment: [],
  subjects: [],
  nodes: [{ id: 'gw1', state: 'online', since: null }],
})
