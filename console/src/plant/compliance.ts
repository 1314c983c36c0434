import type { Compliance, Criterion, Reason, Text, Verdict, VerdictCell } from '../api/types'

/** What a cell shows: its verdict, or that there is none though there should be. */
export type Shown = Verdict | 'uncovered'

/** Worst first; what is known to be right comes after what nobody knows. */
export const SHOWN: readonly Shown[] = [
  'fail',
  'suspect',
  'unknown',
  'uncovered',
  'pass',
  'not_applicable',
]

export interface Cell {
  criterion: string
  subject: string
  shown: Shown
  /** Its data are lost, or nobody judges. */
  stale: boolean
  /** Null when there is no verdict at all. */
  verdict: VerdictCell | null
}

export interface Row {
  criterion: Criterion
  /** One a column; undefined where the criterion is not asked of that subject. */
  cells: (Cell | undefined)[]
}

export interface Section {
  name: Text
  /** Those asked of anything here; empty: the section is not in scope. */
  rows: Row[]
}

export interface Matrix {
  subjects: Compliance['subjects']
  sections: Section[]
}

export const cellKey = (criterion: string, subject: string): string => `${criterion}@${subject}`

/**
 * Lay the cells out, criteria by section in the notice's order, subjects as the plant has them.
 * While nobody upholds it (`trusted` false) a pass reads unknown, and everything is stale.
 */
export function matrixOf(
  answer: Compliance,
  criteria: readonly Criterion[],
  trusted: boolean,
): Matrix {
  const scope = new Map(answer.scope.map((item) => [item.criterion, new Set(item.subjects)]))
  const verdicts = new Map(
    answer.items.map((item) => [cellKey(item.criterion, item.subject), item]),
  )
  const asked = new Set(answer.scope.flatMap((item) => item.subjects))
  const subjects = answer.subjects.filter((item) => asked.has(item.id))
  const sections = new Map<string, Section>()
  for (const criterion of criteria) {
    const name = criterion.section.en
    const section = sections.get(name) ?? { name: criterion.section, rows: [] }
    sections.set(name, section)
    const own = scope.get(criterion.id)
    if (!own) continue
    const cells = subjects.map(({ id }) =>
      own.has(id) ? cellOf(criterion.id, id, verdicts, trusted) : undefined,
    )
    section.rows.push({ criterion, cells })
  }
  return { subjects, sections: [...sections.values()] }
}

function cellOf(
  criterion: string,
  subject: string,
  verdicts: ReadonlyMap<string, VerdictCell>,
  trusted: boolean,
): Cell {
  const verdict = verdicts.get(cellKey(criterion, subject)) ?? null
  if (!verdict) return { criterion, subject, shown: 'uncovered', stale: !trusted, verdict }
  const shown = verdict.verdict === 'pass' && !trusted ? 'unknown' : verdict.verdict
  return { criterion, subject, shown, stale: verdict.stale || !trusted, verdict }
}

export function* cellsOf(matrix: Matrix): Generator<Cell> {
  for (const section of matrix.sections) {
    for (const row of section.rows) {
      for (const cell of row.cells) if (cell) yield cell
    }
  }
}

export function countsOf(matrix: Matrix): Record<Shown, number> {
  const counts = Object.fromEntries(SHOWN.map((shown) => [shown, 0])) as Record<Shown, number>
  for (const cell of cellsOf(matrix)) counts[cell.shown] += 1
  return counts
}

/** Keep the rows and columns that have a cell showing `wanted`; null keeps all. */
export function narrowed(matrix: Matrix, wanted: Shown | null): Matrix {
  if (wanted === null) return matrix
  const fits = (cell: Cell | undefined): boolean => cell?.shown === wanted
  const columns = matrix.subjects.map((_, column) =>
    matrix.sections.some(({ rows }) => rows.some(({ cells }) => fits(cells[column]))),
  )
  const kept = <T>(items: readonly T[]): T[] => items.filter((_, column) => columns[column])
  const sections = matrix.sections.map(({ name, rows }) => ({
    name,
    rows: rows
      .filter(({ cells }) => cells.some(fits))
      .map((row) => ({ ...row, cells: kept(row.cells) })),
  }))
  return {
    subjects: kept(matrix.subjects),
    sections: sections.filter(({ rows }) => rows.length > 0),
  }
}

export type Step = 'left' | 'right' | 'up' | 'down' | 'first' | 'last' | 'top' | 'bottom'

/**
 * The cell to go to from the cell with this key; `from` itself where there is no further one.
 *
 * Up and down keep the column while any row has a cell in it, and else go to the nearest one.
 */
export function stepFrom(matrix: Matrix, from: string, step: Step): string {
  const rows = matrix.sections.flatMap((section) => section.rows.map((row) => row.cells))
  const at = rows.findIndex((cells) => cells.some((cell) => cell && keyOf(cell) === from))
  const row = rows[at]
  if (!row) return from
  const column = row.findIndex((cell) => cell && keyOf(cell) === from)
  if (step === 'up' || step === 'down') {
    const ahead = step === 'up' ? rows.slice(0, at).reverse() : rows.slice(at + 1)
    const same = ahead.find((cells) => cells[column])?.[column]
    return keyOf(same ?? nearest(ahead[0], column)) || from
  }
  if (step === 'top' || step === 'bottom') {
    const end = step === 'top' ? rows[0] : rows.at(-1)
    return keyOf(end?.[column] ?? nearest(end, column)) || from
  }
  const ahead = step === 'left' || step === 'first' ? row.slice(0, column).reverse() : row.slice(column + 1)
  const cells = ahead.filter((cell) => cell !== undefined)
  return keyOf(step === 'first' || step === 'last' ? cells.at(-1) : cells[0]) || from
}

const keyOf = (cell: Cell | undefined): string =>
  cell ? cellKey(cell.criterion, cell.subject) : ''

function nearest(cells: readonly (Cell | undefined)[] | undefined, column: number): Cell | undefined {
  return cells
    ?.map((cell, index) => ({ cell, far: Math.abs(index - column) }))
    .filter(({ cell }) => cell)
    .sort((a, b) => a.far - b.far)[0]?.cell
}

/** More apart than this, what happened and when we knew are told apart, in ms. */
const LATE_MS = 10_000

/** Whether something was known only long after it happened. */
export function isLate(time: string, knownAt: string): boolean {
  return Date.parse(knownAt) - Date.parse(time) > LATE_MS
}

interface Link {
  name: string
  query: Record<string, string>
}

/**
 * Where a reason's reference leads; null when nowhere. `at` is the moment to look at, if past.
 */
export function linkOf(ref: NonNullable<Reason['refs']>[number], at: string | null): Link | null {
  const moment: Record<string, string> = at === null ? {} : { at }
  if (ref.type === 'signal') return { name: 'trends', query: { signal: ref.id, ...moment } }
  if (ref.type === 'limit') {
    const signal = ref.id.slice(0, ref.id.lastIndexOf(':'))
    return { name: 'trends', query: { signal, ...moment } }
  }
  if (ref.type === 'demand') return { name: 'firstout', query: { demand: ref.id } }
  if (ref.type === 'interlock') return { name: 'interlocks', query: { interlock: ref.id } }
  return null
}

/** Read a moment out of the address; null for what is none. */
export function momentOfQuery(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
