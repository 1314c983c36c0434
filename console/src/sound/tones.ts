import type { Voice } from './hearing'

/** One note of a pattern: `pitch` in Hz, `at` and `lasts` in s. */
export interface Note {
  readonly pitch: number
  readonly at: number
  readonly lasts: number
}

/** Notes that are repeated every `period` s. */
export interface Pattern {
  readonly period: number
  readonly notes: readonly Note[]
}

function row(pitches: readonly number[], step: number, lasts: number): Note[] {
  return pitches.map((pitch, number) => ({ pitch, at: number * step, lasts }))
}

/**
 * The more urgent, the higher, the faster and the oftener, so that they differ in pitch and in
 * rhythm and can be told apart when either is masked. Not judged falls, as nothing else does.
 */
export const PATTERNS: Readonly<Record<Voice, Pattern>> = {
  critical: { period: 1.2, notes: row([988, 784, 988, 784, 988], 0.16, 0.13) },
  high: { period: 2.4, notes: row([784, 784, 784], 0.24, 0.18) },
  medium: { period: 5, notes: row([587, 523], 0.42, 0.34) },
  low: { period: 10, notes: row([440], 0, 0.5) },
  not_judged: { period: 3, notes: row([622, 466, 349, 262], 0.26, 0.24) },
}

/** Rise and fall of each note, so that it does not click, in s. */
const EDGE_S = 0.012

/** Loudness of the fundamental and of the overtone that makes it carry. */
const FUNDAMENTAL = 0.42
const OVERTONE = 0.14

/** One period as samples between -1 and 1, `rate` a second; the end meets the beginning. */
export function render({ period, notes }: Pattern, rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(period * rate))
  for (const { pitch, at, lasts } of notes) {
    const first = Math.round(at * rate)
    const count = Math.round(lasts * rate)
    for (let index = 0; index < count; index += 1) {
      const time = index / rate
      const edge = Math.min(1, time / EDGE_S, (lasts - time) / EDGE_S)
      const angle = 2 * Math.PI * pitch * time
      const wave = FUNDAMENTAL * Math.sin(angle) + OVERTONE * Math.sin(3 * angle)
      samples[first + index] = edge * wave
    }
  }
  return samples
}
