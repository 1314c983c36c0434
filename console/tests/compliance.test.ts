import { describe, expect, it } from 'vitest'
import type { Compliance, Criterion, Verdict, VerdictCell } from '../src/api/types'
import {
  cellsOf,
  countsOf,
  isLate,
  linkOf,
  matrixOf,
  momentOfQuery,
  narrowed,
  stepFrom,
  type Matrix,
} from '../src/plant/compliance'

const name = (en: string) => ({ zh: en, en })

const criterion = (id: string, section: string): Criterion => ({
  id,
  title: name(id),
  section: name(section),
  item: 1,
  order10: [],
  judged: true,
  subjects: [],
})

const verdict = (id: string, subject: string, word: Verdict): VerdictCell => ({
  criterion: id,
  subject,
  verdict: word,
  raw_verdict: word,
  stale: false,
  since: '2026-11-24T06:00:00Z',
  known_at: '2026-11-24T06:00:00Z',
  reasons: [],
  seq: 1,
})

/**
 *            a      b        c
 * steel-1    pass   fail     ·
 * steel-2    ·      ·        unknown
 * casting-1  pass   ·        (uncovered)
 */
const answer: Compliance = {
  items: [
    verdict('steel-1', 'b', 'fail'),
    verdict('steel-2', 'c', 'unknown'),
    verdict('steel-1', 'a', 'pass'),
    verdict('casting-1', 'a', 'pass'),
  ],
  next: null,
  counts: { passed: 2, fail: 1, suspect: 0, unknown: 1, not_applicable: 0, uncovered: 1 },
  at: null,
  known_at: null,
  version: 'v1',
  scope: [
    { criterion: 'steel-1', subjects: ['a', 'b'] },
    { criterion: 'steel-2', subjects: ['c'] },
    { criterion: 'casting-1', subjects: ['a', 'c'] },
  ],
  subjects: ['a', 'idle', 'b', 'c'].map((id) => ({ id, kind: 'equipment', name: name(id) })),
  judging: {
    judged_until: null,
    heartbeat_at: null,
    stale: false,
    not_judged_since: null,
    catching_up: false,
    behind: false,
  },
  position: null,
}

const criteria = [
  criterion('steel-1', 'Steel'),
  criterion('steel-2', 'Steel'),
  criterion('dust-1', 'Dust'),
  criterion('casting-1', 'Casting'),
]

const matrix = matrixOf(answer, criteria, true)

const keys = (one: Matrix): string[] =>
  [...cellsOf(one)].map((cell) => `${cell.criterion}@${cell.subject}`)

describe('laying the matrix out', () => {
  it('has a column for each subject that is asked anything, in the plant’s order', () => {
    expect(matrix.subjects.map((subject) => subject.id)).toEqual(['a', 'b', 'c'])
  })

  it('keeps a section that is asked of nothing here, empty', () => {
    expect(matrix.sections.map((section) => [section.name.en, section.rows.length])).toEqual([
      ['Steel', 2],
      ['Dust', 0],
      ['Casting', 1],
    ])
  })

  it('has no cell where a criterion is not asked, and an uncovered one where nothing was judged', () => {
    expect(matrix.sections[2]?.rows[0]?.cells.map((cell) => cell?.shown)).toEqual([
      'pass',
      undefined,
      'uncovered',
    ])
  })

  it('counts every cell once', () => {
    expect(countsOf(matrix)).toEqual({
      fail: 1,
      suspect: 0,
      unknown: 1,
      uncovered: 1,
      pass: 2,
      not_applicable: 0,
    })
  })

  it('shows no pass while nobody judges, and keeps a fail, stale', () => {
    const blind = matrixOf(answer, criteria, false)
    expect(countsOf(blind)).toMatchObject({ pass: 0, unknown: 3, fail: 1, uncovered: 1 })
    expect([...cellsOf(blind)].every((cell) => cell.stale)).toBe(true)
  })
})

describe('narrowing to one verdict', () => {
  it('keeps the rows and columns that have such a cell, with all their cells', () => {
    const fails = narrowed(matrix, 'fail')
    expect(fails.subjects.map((subject) => subject.id)).toEqual(['b'])
    expect(keys(fails)).toEqual(['steel-1@b'])
  })

  it('keeps all when nothing is chosen', () => {
    expect(narrowed(matrix, null)).toBe(matrix)
  })
})

describe('moving from cell to cell', () => {
  it.each([
    ['steel-1@a', 'right', 'steel-1@b'],
    ['steel-1@b', 'right', 'steel-1@b'],
    ['steel-1@a', 'down', 'casting-1@a'],
    ['casting-1@a', 'up', 'steel-1@a'],
    ['steel-1@b', 'down', 'steel-2@c'],
    ['casting-1@a', 'right', 'casting-1@c'],
    ['casting-1@c', 'left', 'casting-1@a'],
    ['casting-1@c', 'first', 'casting-1@a'],
    ['casting-1@a', 'last', 'casting-1@c'],
    ['casting-1@c', 'up', 'steel-2@c'],
    ['steel-2@c', 'top', 'steel-1@b'],
    ['steel-1@b', 'bottom', 'casting-1@a'],
    ['nothing@a', 'down', 'nothing@a'],
  ] as const)('from %s %s to %s', (from, step, to) => {
    expect(stepFrom(matrix, from, step)).toBe(to)
  })

  it('reaches every cell by arrows alone', () => {
    const reached = new Set(['steel-1@a'])
    for (const from of reached) {
      for (const step of ['left', 'right', 'up', 'down'] as const) {
        reached.add(stepFrom(matrix, from, step))
      }
    }
    expect([...reached].sort()).toEqual(keys(matrix).sort())
  })
})

describe('where a reason leads', () => {
  it.each([
    ['signal', 'caster-1.flow', { name: 'trends', query: { signal: 'caster-1.flow' } }],
    ['limit', 'caster-1.flow:LL', { name: 'trends', query: { signal: 'caster-1.flow' } }],
    ['demand', 'water/3', { name: 'firstout', query: { demand: 'water/3' } }],
    ['interlock', 'water', { name: 'interlocks', query: { interlock: 'water' } }],
    ['evidence', 'test-1', null],
  ])('%s', (type, id, link) => {
    expect(linkOf({ type, id }, null)).toEqual(link)
  })

  it('goes to the past moment that is looked at', () => {
    const at = '2026-11-24T06:00:00.000Z'
    expect(linkOf({ type: 'signal', id: 's' }, at)?.query).toEqual({ signal: 's', at })
  })
})

describe('moments', () => {
  it('tells what was known late', () => {
    expect(isLate('2026-11-24T06:00:00Z', '2026-11-24T06:00:10Z')).toBe(false)
    expect(isLate('2026-11-24T06:00:00Z', '2026-11-24T06:00:10.1Z')).toBe(true)
  })

  it('reads a moment out of the address, and nothing else', () => {
    expect(momentOfQuery('2026-11-24T14:00:00+08:00')).toBe('2026-11-24T06:00:00.000Z')
    expect(momentOfQuery('yesterday')).toBeNull()
    expect(momentOfQuery(['2026-11-24T06:00:00Z'])).toBeNull()
    expect(momentOfQuery(undefined)).toBeNull()
  })
})
