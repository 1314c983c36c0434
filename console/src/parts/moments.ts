import { second } from '../state/clock'
import { plant } from '../state/plant'
import { dateText, momentText } from '../text/time'
import { preciseText } from './trend/zone'

/** Moments as people at the plant write them; nothing for none. */
export function useMoments() {
  const zone = (): string => plant.value?.time_zone ?? 'UTC'

  /** `15:04:05`, with the date where it is not today's. */
  function moment(at: string | null): string {
    if (at === null) return ''
    const ms = Date.parse(at)
    return momentText(ms, second.value ?? ms, zone())
  }

  /** `15:04:05.250`. */
  function precise(ms: number): string {
    return preciseText(ms, zone())
  }

  /** `2026-11-24`. */
  function day(ms: number): string {
    return dateText(ms, zone())
  }

  return { moment, precise, day }
}
