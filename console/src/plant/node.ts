import type { Entry, Node, Plant } from '../api/types'

/** The plant after a `node` entry: one gateway came, went or catches up. */
export function nodeAfter(entry: Entry, before: Plant): Plant {
  const state = entry.body['state'] as Node['state']
  const node = { id: entry.subject, state, since: entry.time }
  const known = before.nodes.some(({ id }) => id === node.id)
  const nodes = known
    ? before.nodes.map((other) => (other.id === node.id ? node : other))
    : [...before.nodes, node]
  return { ...before, nodes }
}
