import { useKeys } from '../../keys/keys'
import type { Act } from '../../state/acts'

/** What the keys of the alarm page do. */
interface Doings {
  /** The arrows and Enter belong to the list only from here. */
  isForList: (target: EventTarget | null) => boolean
  move: (step: 1 | -1) => void
  page: (step: 1 | -1) => void
  toEnd: (last: boolean) => void
  selected: () => boolean
  act: (act: Act) => void
  acknowledgeScreen: () => void
  open: () => void
  guidance: () => void
  trend: () => void
  find: () => void
  takeIn: () => void
  canGoBack: () => boolean
  back: () => void
}

export function useAlarmKeys(doings: Doings): void {
  const { selected } = doings
  const here = (event: KeyboardEvent): boolean => doings.isForList(event.target)
  /** A letter works from everywhere, an arrow where it would scroll the list. */
  const stepping = (event: KeyboardEvent): boolean =>
    !event.key.startsWith('Arrow') || here(event)
  useKeys('alarms.title', [
    {
      keys: ['j', 'ArrowDown'],
      does: 'alarms.does.down',
      run: () => doings.move(1),
      when: stepping,
      repeats: true,
    },
    {
      keys: ['k', 'ArrowUp'],
      does: 'alarms.does.up',
      run: () => doings.move(-1),
      when: stepping,
      repeats: true,
    },
    { keys: ['PageDown'], does: 'alarms.does.pageDown', run: () => doings.page(1), when: here },
    { keys: ['PageUp'], does: 'alarms.does.pageUp', run: () => doings.page(-1), when: here },
    { keys: ['Home'], does: 'alarms.does.first', run: () => doings.toEnd(false), when: here },
    { keys: ['End'], does: 'alarms.does.last', run: () => doings.toEnd(true), when: here },
    {
      keys: ['a'],
      does: 'alarms.does.acknowledge',
      run: () => doings.act('acknowledge'),
      when: selected,
    },
    { keys: ['A'], does: 'alarms.does.acknowledgeScreen', run: doings.acknowledgeScreen },
    { keys: ['r'], does: 'alarms.does.reset', run: () => doings.act('reset'), when: selected },
    {
      keys: ['Enter'],
      does: 'alarms.does.open',
      run: doings.open,
      when: (event) => selected() && here(event),
    },
    { keys: ['g'], does: 'alarms.does.guidance', run: doings.guidance, when: selected },
    { keys: ['t'], does: 'alarms.does.trend', run: doings.trend, when: selected },
    { keys: ['u'], does: 'alarms.does.takeIn', run: doings.takeIn },
    { keys: ['/'], does: 'alarms.does.find', run: doings.find },
    { keys: ['Escape'], does: 'alarms.does.back', run: doings.back, when: doings.canGoBack },
  ])
}
