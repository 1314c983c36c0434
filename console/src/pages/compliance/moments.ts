import { dateText, clockText, momentText } from '../../text/time'
import { second } from '../../state/clock'
import { plant } from '../../state/plant'

/** A moment at the plant: the clock, with the date where it is another day. */
export function shortMoment(iso: string | null): string {
  if (iso === null || !plant.value) return '—'
  const ms = Date.parse(iso)
  return momentText(ms, second.value ?? ms, plant.value.time_zone)
}

/** A moment at the plant with its date. */
export function wholeMoment(iso: string | null): string {
  if (iso === null || !plant.value) return '—'
  const zone = plant.value.time_zone
  return `${dateText(Date.parse(iso), zone)} ${clockText(Date.parse(iso), zone)}`
}
