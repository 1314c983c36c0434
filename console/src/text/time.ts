import type { Language } from '../i18n/language'

const formats = new Map<string, Intl.DateTimeFormat>()

function parts(ms: number, timeZone: string): Record<string, string> {
  let format = formats.get(timeZone)
  if (!format) {
    // sv-SE writes digits only, 24 h; the parts are put together below, alike in both languages.
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(timeZone, format)
  }
  return Object.fromEntries(format.formatToParts(ms).map((part) => [part.type, part.value]))
}

/** `15:04:05` in the plant's time zone. */
export function clockText(ms: number, timeZone: string): string {
  const p = parts(ms, timeZone)
  return `${p.hour}:${p.minute}:${p.second}`
}

/** `2026-11-24` in the plant's time zone. */
export function dateText(ms: number, timeZone: string): string {
  const p = parts(ms, timeZone)
  return `${p.year}-${p.month}-${p.day}`
}

/** The clock time, with the date before it when that is not the day of `now`. */
export function momentText(ms: number, now: number, timeZone: string): string {
  const date = dateText(ms, timeZone)
  const clock = clockText(ms, timeZone)
  if (date === dateText(now, timeZone)) return clock
  return date.slice(0, 4) === dateText(now, timeZone).slice(0, 4)
    ? `${date.slice(5)} ${clock}`
    : `${date} ${clock}`
}

/** `UTC+08:00`, the plant's offset at that moment. */
export function offsetText(ms: number, timeZone: string): string {
  const name = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(ms)
    .find((part) => part.type === 'timeZoneName')?.value
  return (name ?? 'GMT').replace('GMT', 'UTC')
}

const UNITS: Record<Language, { s: string; min: string; h: string; d: string }> = {
  zh: { s: '秒', min: '分', h: '时', d: '天' },
  en: { s: 's', min: 'min', h: 'h', d: 'd' },
}

/** How long ago, in the largest units that still say enough: `8 s`, `12 min`, `2 h 05 min`. */
export function ageText(ms: number, language: Language): string {
  const unit = UNITS[language]
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} ${unit.s}`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} ${unit.min}`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} ${unit.h} ${String(minutes % 60).padStart(2, '0')} ${unit.min}`
  return `${Math.floor(hours / 24)} ${unit.d} ${hours % 24} ${unit.h}`
}

/** An age that matters to a tenth of a second: `0.4 s`; from ten seconds on as `ageText`. */
export function fineAgeText(ms: number, language: Language): string {
  if (ms >= 10_000) return ageText(ms, language)
  return `${(Math.floor(Math.max(0, ms) / 100) / 10).toFixed(1)} ${UNITS[language].s}`
}
