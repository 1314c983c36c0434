import { request } from './request'

/** The most items that the server gives at once. */
const PAGE = 500

interface Page<T> {
  items: T[]
  next: string | null
}

/** Read a list to its end, page by page. */
export async function allPages<P extends Page<unknown>>(
  path: string,
): Promise<{ items: P['items']; last: P }> {
  const items: P['items'] = []
  let cursor: P['next'] = null
  let page: P
  do {
    const query = new URLSearchParams({ limit: String(PAGE) })
    if (cursor !== null) query.set('cursor', cursor)
    page = await request<P>(`${path}?${query}`)
    items.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return { items, last: page }
}
