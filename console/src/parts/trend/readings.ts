import type { Signal } from '../../api/types'
import { shown } from '../../plant/reading'
import { numberText, unitText } from '../../text/quantity'
import { extent, seenAt, type Seen } from './stretches'
import type { Strand } from './strand'

/** A signal's values as the table beside a trend has them. */
export interface Row {
  id: string
  order: number
  name: string
  unit: string
  /** The value now; null where only a dash is honest. */
  value: string | null
  quality: Signal['quality']
  reason: Signal['reason']
  low: string | null
  high: string | null
}

/** A signal's value at the crosshair. */
export interface Reading {
  id: string
  order: number
  name: string
  text: string | null
  /** Lowest and highest of a bucket. */
  range: string | null
  /** When it was read, in ms: the last time not after the crosshair's. */
  time: number | null
  worth: Seen['worth'] | null
}

/** The words of a discrete signal's values. */
export interface Words {
  on: string
  off: string
}

export function figureOf(signal: Signal, value: number, words: Words): string {
  if (signal.unit === null) return value >= 0.5 ? words.on : words.off
  return numberText(value, signal.range_high - signal.range_low)
}

export function rowOf(
  strand: Strand,
  order: number,
  name: string,
  words: Words,
  span: { from: number; to: number; trusted: boolean; now: number },
): Row {
  const { signal, track } = strand
  const now = shown(signal, span.trusted, span.now)
  const found = extent(track, span.from, span.to)
  const usable = now.value !== null && !now.old
  return {
    id: strand.id,
    order,
    name,
    unit: unitText(signal.unit),
    value: usable ? figureOf(signal, now.value as number, words) : null,
    quality: now.quality,
    reason: now.reason,
    low: found && figureOf(signal, found.low, words),
    high: found && figureOf(signal, found.high, words),
  }
}

export function readingOf(
  strand: Strand,
  order: number,
  name: string,
  words: Words,
  time: number,
): Reading {
  const { signal, track } = strand
  const seen = seenAt(track, time)
  const text = (value: number): string =>
    `${figureOf(signal, value, words)} ${unitText(signal.unit)}`.trim()
  const isBucket = seen !== null && seen.width > 0 && seen.low !== null && seen.high !== null
  const mixed = isBucket && signal.unit === null && seen.low !== seen.high
  return {
    id: strand.id,
    order,
    name,
    text: seen?.value == null ? null : mixed ? `${words.off} / ${words.on}` : text(seen.value),
    range:
      isBucket && signal.unit !== null
        ? `${figureOf(signal, seen.low as number, words)} … ${figureOf(signal, seen.high as number, words)}`
        : null,
    time: seen?.time ?? null,
    worth: seen?.worth ?? null,
  }
}
