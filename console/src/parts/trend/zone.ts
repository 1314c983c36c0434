import { clockText, dateText } from '../../text/time'

/** How far a time zone is ahead of UTC at a moment, in ms. */
export function zoneOffset(ms: number, timeZone: string): number {
  const whole = Math.floor(ms / 1000) * 1000
  return Date.parse(`${dateText(whole, timeZone)}T${clockText(whole, timeZone)}Z`) - whole
}

/** `2026-11-24T15:04:05` in the zone, as `<input type=datetime-local>` writes it. */
export function localText(ms: number, timeZone: string): string {
  return `${dateText(ms, timeZone)}T${clockText(ms, timeZone)}`
}

/** The moment that `localText` wrote; null for what is no time. */
export function momentOf(text: string, timeZone: string): number | null {
  const guess = Date.parse(`${text}Z`)
  if (Number.isNaN(guess)) return null
  return guess - zoneOffset(guess - zoneOffset(guess, timeZone), timeZone)
}

/** `15:04:05.250`, to the ms, in the zone. */
export function preciseText(ms: number, timeZone: string): string {
  const rest = ((Math.floor(ms) % 1000) + 1000) % 1000
  return `${clockText(ms, timeZone)}.${String(rest).padStart(3, '0')}`
}

const SECOND = 1000
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

/** Steps that a time axis may have, in ms. */
const STEPS = [
  ...[0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 56, 112].map((n) => n * DAY),
]

/** Round moments of the plant's clock in [from, to], at least `least` ms apart, and their step. */
export function ticksOf(
  from: number,
  to: number,
  least: number,
  timeZone: string,
): { ticks: number[]; step: number } {
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / DAY) * DAY
  const ticks: number[] = []
  let offset = zoneOffset(from, timeZone)
  // Asking for the offset is dear, and this is done at each redraw: only where the clocks change.
  const changes = offset !== zoneOffset(to, timeZone)
  for (let local = Math.ceil((from + offset) / step) * step; local - offset <= to; local += step) {
    // Where the clocks are changed, the ticks stay round in the plant's time.
    if (changes) offset = zoneOffset(local - offset, timeZone)
    ticks.push(local - offset)
  }
  return { ticks, step }
}

/** What stands at each tick: the clock as fine as the step, the date where it is a new one. */
export function tickTexts(ticks: readonly number[], step: number, timeZone: string): string[] {
  let before = ''
  const [first, last] = [ticks[0] ?? 0, ticks.at(-1) ?? 0]
  const offset = zoneOffset(first, timeZone)
  const changes = offset !== zoneOffset(last, timeZone)
  return ticks.map((tick) => {
    const ahead = changes ? zoneOffset(tick, timeZone) : offset
    const local = new Date(tick + ahead).toISOString()
    const date = local.slice(5, 10)
    if (step >= DAY) return date
    const clock = local.slice(11, step < SECOND ? 22 : step < MINUTE ? 19 : 16)
    const text = date === before ? clock : `${clock}\n${date}`
    before = date
    return text
  })
}
