import type { Entry, SignalsEvent, StatusEvent } from '../api/types'

/** What the stream tells the page, from this page or from the worker all pages share. */
export type Message =
  | { type: 'open' }
  | { type: 'lost' }
  | { type: 'reset' }
  | { type: 'entry'; entry: Entry }
  | { type: 'signals'; signals: SignalsEvent }
  | { type: 'status'; status: StatusEvent }

export type Tell = (message: Message) => void

export const EVENTS_ADDRESS = '/api/v1/events'
