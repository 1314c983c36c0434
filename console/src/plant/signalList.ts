import type { Signal, Text } from '../api/types'
import { shown } from './reading'

/** Which signals a list has: every one, those not to be trusted now, those with an alarm. */
export type View = 'all' | 'untrusted' | 'alarm'

/** What the list is narrowed to; an empty text or equipment narrows nothing. */
export interface Filter {
  readonly text: string
  readonly view: View
  readonly equipment: string
}

export function narrows({ text, view, equipment }: Filter): boolean {
  return text.trim() !== '' || view !== 'all' || equipment !== ''
}

/** The signals that cannot be trusted now; `clock` is the server's time in ms. */
export function untrustedOf(
  signals: Iterable<Signal>,
  trusted: boolean,
  clock: number | null,
): Set<string> {
  const found = new Set<string>()
  for (const signal of signals) {
    if (shown(signal, trusted, clock).quality !== 'GOOD') found.add(signal.id)
  }
  return found
}

/** The text in which a person would look for a signal, in both languages, in small letters. */
export function wordsOf({ id, role, name, equipment }: Signal, at: Text): string {
  return [id, role, name.zh, name.en, equipment, at.zh, at.en].join('\n').toLowerCase()
}

/** Ids of the signals in which each word of the filter's text is found, in the plant's order. */
export function fitting(
  signals: Iterable<Signal>,
  { text, equipment }: Pick<Filter, 'text' | 'equipment'>,
  nameOf: (equipment: string) => Text,
): string[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found: string[] = []
  for (const signal of signals) {
    if (equipment !== '' && signal.equipment !== equipment) continue
    const words = wanted.length > 0 ? wordsOf(signal, nameOf(signal.equipment)) : ''
    if (wanted.every((word) => words.includes(word))) found.push(signal.id)
  }
  return found
}
