import { computed, shallowRef, watch } from 'vue'
import type { Alarm } from '../../api/types'
import { alarmState } from '../../plant/alarm'
import { alarmAbout, subjectName } from '../../state/names'
import { alarmCounts, alarms, followAlarms, standingAlarms } from '../../state/plant'
import { NO_FILTER, narrows, passes } from './filter'
import { useHeldOrder } from './heldOrder'

/** Suppressed alarms do not call, so they are listed apart from those that may. */
export type View = 'standing' | 'suppressed'

const words = new WeakMap<Alarm, string>()

/** The text in which a person would look for an alarm, in both languages. */
function wordsOf(alarm: Alarm): string {
  let text = words.get(alarm)
  if (text === undefined) {
    const said = [alarmAbout(alarm), subjectName(alarm.equipment), alarm.message]
    text = [alarm.id, ...said.flatMap(({ zh, en }) => [zh, en])].join(' ').toLowerCase()
    words.set(alarm, text)
  }
  return text
}

/** The alarms that the page lists: one view of them, filtered, and held while somebody looks. */
export function useAlarmList() {
  const view = shallowRef<View>('standing')
  const filter = shallowRef(NO_FILTER)
  const passing = computed(() => passes(filter.value, wordsOf))

  /** Suppressed ones are the tail of the order. */
  const ofView = computed(() => {
    const all = standingAlarms.value
    const calling = all.length - alarmCounts.value.suppressed
    return view.value === 'standing' ? all.slice(0, calling) : all.slice(calling)
  })
  const list = computed(() =>
    narrows(filter.value) ? ofView.value.filter(passing.value) : ofView.value,
  )
  const hidden = computed(() => ofView.value.length - list.value.length)

  function isOfView(alarm: Alarm): boolean {
    return (alarmState(alarm) === 'suppressed') === (view.value === 'suppressed')
  }

  const order = useHeldOrder({
    list,
    follow: followAlarms,
    belongs: (alarm) => isOfView(alarm) && passing.value(alarm),
  })
  watch([view, filter], order.takeIn)

  /** See to it that an alarm is on the list; false when it does not stand. */
  function bringIn(id: string): boolean {
    const alarm = alarms.value.get(id)
    if (!alarm || alarmState(alarm) === 'normal') return false
    view.value = alarmState(alarm) === 'suppressed' ? 'suppressed' : 'standing'
    if (!passing.value(alarm)) filter.value = NO_FILTER
    if (!order.rows.value.some((row) => row.id === id)) order.takeIn()
    return true
  }

  return { ...order, view, filter, ofView, list, hidden, bringIn }
}
