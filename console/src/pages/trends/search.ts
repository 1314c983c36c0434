import type { Signal, Text } from '../../api/types'

/** Signals of one equipment that fit a search. */
export interface Group {
  equipment: string
  name: Text
  signals: Signal[]
}

/** The signals in which every word is found: in id, role, name, or equipment, in either language. */
export function search(
  signals: Iterable<Signal>,
  words: string,
  nameOf: (equipment: string) => Text,
): Group[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const groups = new Map<string, Group>()
  for (const signal of signals) {
    const name = nameOf(signal.equipment)
    const texts = [signal.id, signal.role, signal.name.zh, signal.name.en, name.zh, name.en]
    const hay = [...texts, signal.equipment].join('\n').toLowerCase()
    if (!wanted.every((word) => hay.includes(word))) continue
    const group = groups.get(signal.equipment) ?? { equipment: signal.equipment, name, signals: [] }
    groups.set(signal.equipment, group)
    group.signals.push(signal)
  }
  return [...groups.values()]
}
