import type { Entry, Violation } from '../api/types'

/** Worst first: what is proven before what is doubted, what is doubted before what is unseen. */
export const KINDS: readonly Violation['kind'][] = ['fail', 'exceedance', 'suspect', 'unknown']

type ViolationBody = Omit<Violation, 'id' | 'judged_until' | 'seq'> & {
  event: 'open' | 'update' | 'close'
}

/** The violation after a `violation` entry; undefined once it is closed. */
export function violationAfter(
  entry: Entry,
  before: Violation | undefined,
): Violation | undefined {
  if (before && entry.seq <= before.seq) return before
  const { event, ...body } = entry.body as unknown as ViolationBody
  if (event === 'close') return undefined
  return { ...body, id: entry.subject, judged_until: entry.known_at, seq: entry.seq }
}

/** By kind, worst first; then the oldest, then by criterion. */
export function compareViolations(a: Violation, b: Violation): number {
  return (
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    Date.parse(a.since) - Date.parse(b.since) ||
    (a.id < b.id ? -1 : 1)
  )
}
