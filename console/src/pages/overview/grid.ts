/** Where a tile is, in px from anywhere that is the same for all. */
export interface Box {
  left: number
  top: number
}

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'

/**
 * The tile that an arrow leads to from `from`: beside it in reading order, or the nearest of the
 * next row up or down, whatever section that is in. At an edge it stays.
 */
export function neighbour(boxes: readonly Box[], from: number, direction: Direction): number {
  const last = boxes.length - 1
  if (direction === 'ArrowLeft') return Math.max(0, from - 1)
  if (direction === 'ArrowRight') return Math.min(last, from + 1)
  const here = boxes[from]
  if (!here) return from
  const step = direction === 'ArrowDown' ? 1 : -1
  const beyond = boxes
    .map((box, at) => ({ at, rows: (box.top - here.top) * step, aside: Math.abs(box.left - here.left) }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => a.rows - b.rows || a.aside - b.aside)
  return beyond[0]?.at ?? from
}
