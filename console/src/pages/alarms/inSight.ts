/** Height of a row and of the table's head, in px; the style sheets say the same. */
export const ROW_HEIGHT = 40
export const HEAD_HEIGHT = 26

/** What a scrolled list shows: how far it is scrolled and how high it is, head included, in px. */
export interface Sight {
  readonly top: number
  readonly height: number
}

/** The first and the last row that are in sight from edge to edge; none when last < first. */
export function wholeRows({ top, height }: Sight, count: number): { first: number; last: number } {
  const first = Math.ceil(top / ROW_HEIGHT)
  const last = Math.floor((top + height - HEAD_HEIGHT) / ROW_HEIGHT) - 1
  return { first, last: Math.min(last, count - 1) }
}

/** How far to scroll so that a row is in sight from edge to edge; no farther than needed. */
export function scrolledTo(row: number, { top, height }: Sight): number {
  const start = row * ROW_HEIGHT
  const end = start + ROW_HEIGHT - (height - HEAD_HEIGHT)
  return Math.max(Math.min(top, start), end)
}
