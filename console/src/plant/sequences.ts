import type { Demand } from '../api/types'

/** A page of sequences as the API gives them, latest first. */
interface Page {
  items: readonly Demand[]
  next: string | null
}

/**
 * The list after its first page was read anew: what the page has, then what was read of older
 * ones. `isWhole` is false when the page does not reach what was known, so that what lies between
 * them is not known and the older ones are left out.
 */
export function refreshed(
  page: Page,
  known: readonly Demand[],
): { items: Demand[]; isWhole: boolean } {
  const items = [...page.items]
  const last = items.at(-1)
  if (page.next === null || !last) return { items, isWhole: known.length === 0 }
  const older = known.filter((demand) => isBefore(demand, last))
  const isWhole = older.length > 0 && known.some(({ id }) => id === last.id)
  return { items: isWhole ? [...items, ...older] : items, isWhole }
}

/** The list with a further page at its end; each demand once. */
export function extended(known: readonly Demand[], page: Page): Demand[] {
  const ids = new Set(known.map(({ id }) => id))
  return [...known, ...page.items.filter(({ id }) => !ids.has(id))]
}

/** Those that still go on, then the others; each part as it was. */
export function openFirst(demands: readonly Demand[]): Demand[] {
  const isOpen = ({ result }: Demand) => result === 'open'
  return [...demands.filter(isOpen), ...demands.filter((demand) => !isOpen(demand))]
}

/** What a list that stands still shows: its places as they were, their contents as they are. */
export function inPlaces(ids: readonly string[], demands: readonly Demand[]): Demand[] {
  const byId = new Map(demands.map((demand) => [demand.id, demand]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** The one that was changed last of two answers about the same demand. */
export function newest(a: Demand | undefined, b: Demand | undefined): Demand | undefined {
  if (!a || !b) return a ?? b
  return a.seq >= b.seq ? a : b
}

function isBefore(a: Demand, b: Demand): boolean {
  return a.time < b.time || (a.time === b.time && a.id < b.id)
}
