import { describe, expect, it } from 'vitest'
import type { Violation } from '../src/api/types'
import { compareViolations, countByKind, endedIn, KINDS, violationAfter } from '../src/plant/violation'
import { entry } from './make'

const violation = (given: Partial<Violation> = {}): Violation => ({
  id: 'aluminium-4@caster-1/1',
  criterion: 'aluminium-4',
  subject: 'caster-1',
  kind: 'fail',
  since: '2026-11-24T06:00:00Z',
  until: null,
  stale: false,
  reasons: [],
  judged_until: null,
  seq: 5,
  ...given,
})

const told = (event: string, given: Partial<Violation> = {}, seq = 11) => {
  const { id, judged_until: _, seq: __, ...body } = violation(given)
  return entry({ kind: 'violation', subject: id, seq, body: { event, ...body } })
}

describe('the list of violations', () => {
  it('has the worst first as the server has, then the oldest', () => {
    const list = [
      violation({ id: 'e', kind: 'exceedance' }),
      violation({ id: 'u', kind: 'unknown' }),
      violation({ id: 'young', since: '2026-11-24T07:00:00Z' }),
      violation({ id: 's', kind: 'suspect' }),
      violation({ id: 'old' }),
    ]
    expect(list.sort(compareViolations).map(({ id }) => id)).toEqual(['old', 'young', 's', 'e', 'u'])
    expect(KINDS).toEqual(['fail', 'suspect', 'exceedance', 'unknown'])
  })

  it('counts each kind', () => {
    const list = [violation(), violation({ kind: 'unknown' }), violation()]
    expect(countByKind(list)).toEqual({ fail: 2, suspect: 0, exceedance: 0, unknown: 1 })
  })

  it('takes in what was opened, forgets what was closed, ignores what is older', () => {
    const opened = violationAfter(told('open'), undefined)
    expect(opened).toMatchObject({ id: 'aluminium-4@caster-1/1', seq: 11, kind: 'fail' })
    expect(violationAfter(told('close', {}, 12), opened)).toBeUndefined()
    expect(violationAfter(told('close', {}, 11), opened)).toBe(opened)
  })
})

describe('what ended lately', () => {
  it('is told by the entries that closed it, in their order', () => {
    const until = '2026-11-24T06:05:00Z'
    const entries = [told('close', { id: 'b', until }, 13), told('open'), told('close', { id: 'a', until }, 12)]
    expect(endedIn(entries)).toEqual([
      violation({ id: 'b', until, judged_until: until, seq: 13 }),
      violation({ id: 'a', until, judged_until: until, seq: 12 }),
    ])
  })
})
