import type { Entry, Violation } from '../api/types'

/** Worst first, as the server lists them. */
export const KINDS: readonly Violation['kind'][] = ['fail', 'suspect', 'exceedance', 'unknown']

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

export function countByKind(violations: Iterable<Violation>): Record<Violation['kind'], number> {
  const counts = { fail: 0, suspect: 0, exceedance: 0, unknown: 0 }
  for (const { kind } of violations) counts[kind] += 1
  return counts
}

/** The violations that ended by these journal entries, in their order. */
export function endedIn(
  entries: readonly Pick<Entry, 'seq' | 'subject' | 'known_at' | 'body'>[],
): Violation[] {
  return entries
    .map((entry) => ({ entry, body: entry.body as unknown as ViolationBody }))
    .filter(({ body }) => body.event === 'close')
    .map(({ entry, body: { event: _, ...body } }) => ({
      ...body,
      id: entry.subject,
      judged_until: body.until,
      seq: entry.seq,
    }))
}
