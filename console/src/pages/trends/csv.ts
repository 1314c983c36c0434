import { localText, preciseText } from '../../parts/trend/zone'
import { seenPoint } from '../../parts/trend/stretches'
import type { Strand } from '../../parts/trend/strand'
import { offsetText } from '../../text/time'

const HEAD = [
  'time_utc',
  'time_plant',
  'signal',
  'name',
  'unit',
  'value',
  'quality',
  'bucket_s',
  'min',
  'max',
]

/**
 * Everything that a trend shows as a table: a line a sample or bucket, by signal and time.
 *
 * Of a bucket `value` is the mean. What has no usable value has none here; quality says why.
 * A text that a spreadsheet would take for a formula cannot occur: ids and names are the plant's.
 */
export function csvOf(
  strands: readonly Strand[],
  from: number,
  to: number,
  timeZone: string,
  nameOf: (strand: Strand) => string,
): string {
  const lines = [HEAD.join(',')]
  for (const strand of strands) {
    const { track, signal } = strand
    const fixed = [strand.id, nameOf(strand), signal.unit ?? ''].map(quoted).join(',')
    for (let i = track.points.after(from - 1); i < track.points.length; i++) {
      const seen = seenPoint(track, i)
      if (seen.time > to) break
      const times = `${new Date(seen.time).toISOString()},${plantTime(seen.time, timeZone)}`
      const bucket = seen.width > 0 ? [seen.width / 1000, seen.low, seen.high] : ['', '', '']
      const values = [seen.value ?? '', seen.worth, ...bucket.map((value) => value ?? '')]
      lines.push(`${times},${fixed},${values.join(',')}`)
    }
  }
  return lines.join('\r\n') + '\r\n'
}

/** `2026-11-24T15:04:05.250+08:00` */
function plantTime(ms: number, timeZone: string): string {
  const day = localText(ms, timeZone).slice(0, 11)
  return `${day}${preciseText(ms, timeZone)}${offsetText(ms, timeZone).slice(3) || 'Z'}`
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** `demo_trend_20261124-150405_20261124-151405.csv`, in the plant's time. */
export function fileName(plant: string, from: number, to: number, timeZone: string): string {
  const part = (ms: number): string =>
    localText(ms, timeZone).replaceAll(/[-:]/g, '').replace('T', '-')
  return `${plant}_trend_${part(from)}_${part(to)}.csv`
}

/** Let the browser keep a text as a file; with a byte-order mark, or spreadsheets garble Chinese. */
export function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
