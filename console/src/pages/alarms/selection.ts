import { computed, onBeforeUnmount, onMounted, shallowRef, type Ref } from 'vue'
import type { Alarm } from '../../api/types'
import type { Act } from '../../state/acts'

const ACTS: Record<string, Act | undefined> = { a: 'acknowledge', r: 'reset' }

interface Keys {
  /** The arrows move the selection only from here, or when nothing has the focus. */
  scroller: Readonly<Ref<HTMLElement | null>>
  rows: Ref<readonly Alarm[]>
  reveal: (index: number) => void
  act: (alarm: Alarm, act: Act) => void
}

/** A selected row that follows its alarm, moved by J, K and the arrows; A and R act on it. */
export function useSelection({ scroller, rows, reveal, act }: Keys) {
  const selected = shallowRef<string>()
  const index = computed(() => rows.value.findIndex((alarm) => alarm.id === selected.value))

  function move(step: 1 | -1): void {
    const last = rows.value.length - 1
    const from = index.value === -1 && step === -1 ? rows.value.length : index.value
    const to = Math.min(last, Math.max(0, from + step))
    selected.value = rows.value[to]?.id
    if (last >= 0) reveal(to)
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return
    const key = event.key.toLowerCase()
    if (key.startsWith('arrow') && !isHere(event.target)) return
    if (key === 'j' || key === 'arrowdown') move(1)
    else if (key === 'k' || key === 'arrowup') move(-1)
    else if (ACTS[key] && !event.shiftKey && !event.repeat) {
      const alarm = rows.value[index.value]
      if (alarm) act(alarm, ACTS[key])
    } else return
    event.preventDefault()
  }

  function isHere(target: EventTarget | null): boolean {
    return target === document.body || !!scroller.value?.contains(target as Node)
  }

  onMounted(() => addEventListener('keydown', onKey))
  onBeforeUnmount(() => removeEventListener('keydown', onKey))
  return { selected, index }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select')
}
