import type { Alarm, Priority } from '../api/types'
import { alarmState, calls } from './alarm'
import { comparePlaces, placeOf, placesOf, type Place } from './order'

export interface AlarmCounts {
  /** Unacknowledged alarms of each priority; suppressed ones do not call. */
  readonly unacknowledged: Readonly<Record<Priority, number>>
  readonly calling: number
  readonly suppressed: number
}

/** An alarm as it was before a change, if it was there, and as it is after it. */
export interface AlarmChange {
  readonly before: Alarm | undefined
  readonly after: Alarm
}

/**
 * The standing alarms, kept in the list's order change by change.
 *
 * A change costs two binary searches and no sorting, so 5,000 alarms cost no more than fifty. What
 * it says at any moment is what sorting and counting everything anew would say.
 */
export class StandingAlarms {
  #places: Place[]
  readonly #byId = new Map<string, Place>()
  readonly #bySignal = new Map<string, Set<Place>>()
  readonly #unacknowledged: Record<Priority, number> = { critical: 0, high: 0, medium: 0, low: 0 }
  #suppressed = 0

  constructor(alarms: Iterable<Alarm> = []) {
    this.#places = placesOf(alarms)
    for (const place of this.#places) this.#note(place, 1)
  }

  /** The list as it is now; a copy that later changes leave alone. */
  list(): readonly Alarm[] {
    return this.#places.map((place) => place.alarm)
  }

  counts(): AlarmCounts {
    const unacknowledged = { ...this.#unacknowledged }
    const calling = Object.values(unacknowledged).reduce((sum, count) => sum + count, 0)
    return { unacknowledged, calling, suppressed: this.#suppressed }
  }

  /** The alarm that counts most at a signal: first on the list, and not suppressed. */
  worstAt(signal: string): Alarm | undefined {
    let worst: Place | undefined
    for (const place of this.#bySignal.get(signal) ?? []) {
      if (place.alarm.suppressed_by !== null) continue
      if (!worst || comparePlaces(place, worst) < 0) worst = place
    }
    return worst?.alarm
  }

  /** The signals at which an alarm stands, suppressed or not. */
  signals(): Iterable<string> {
    return this.#bySignal.keys()
  }

  /** Take in an alarm as it is now; one that is over and seen leaves the list. */
  put(alarm: Alarm): void {
    const before = this.#byId.get(alarm.id)
    if (before) {
      this.#places.splice(this.#search(before), 1)
      this.#note(before, -1)
    }
    if (alarmState(alarm) === 'normal') return
    const place = placeOf(alarm)
    this.#places.splice(this.#search(place), 0, place)
    this.#note(place, 1)
  }

  /** Where a place is, or would have to be. */
  #search(wanted: Place): number {
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const here = this.#places[middle]
      if (here && comparePlaces(here, wanted) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #note(place: Place, step: 1 | -1): void {
    const { alarm } = place
    if (step === 1) this.#byId.set(alarm.id, place)
    else this.#byId.delete(alarm.id)
    if (calls(alarm)) this.#unacknowledged[alarm.priority] += step
    if (alarm.suppressed_by !== null) this.#suppressed += step
    if (alarm.signal === null) return
    const here = this.#bySignal.get(alarm.signal) ?? new Set()
    if (step === 1) here.add(place)
    else here.delete(place)
    if (here.size > 0) this.#bySignal.set(alarm.signal, here)
    else this.#bySignal.delete(alarm.signal)
  }
}
