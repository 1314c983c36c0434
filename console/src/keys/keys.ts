import { onBeforeUnmount, shallowReactive } from 'vue'

/** What a key does; `keys` are `KeyboardEvent.key` values, a capital letter means with Shift. */
export interface Binding {
  keys: readonly string[]
  /** The key of the text that says what it does. */
  does: string
  run: (event: KeyboardEvent) => void
  /** Only then the key is taken; otherwise it goes on to others. */
  when?: (event: KeyboardEvent) => boolean
  /** Whether holding the key down does it again and again. */
  repeats?: boolean
}

export interface Group {
  /** The key of the text that names the page or part. */
  title: string
  bindings: readonly Binding[]
}

/** The groups in force, in the order they came; the help shows them. */
export const groups = shallowReactive<Group[]>([])

/** Let keys work while the calling component stands. */
export function useKeys(title: string, bindings: readonly Binding[]): void {
  const group = { title, bindings }
  groups.push(group)
  onBeforeUnmount(() => {
    groups.splice(groups.indexOf(group), 1)
  })
}

/** Give a key press to the newest binding that takes it. */
export function dispatch(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return
  if (event.key !== 'Escape' && isTyping(event.target)) return
  const key = pressed(event)
  for (const { bindings } of [...groups].reverse()) {
    for (const binding of bindings) {
      if (!binding.keys.includes(key) || (event.repeat && !binding.repeats)) continue
      if (binding.when && !binding.when(event)) continue
      event.preventDefault()
      binding.run(event)
      return
    }
  }
}

/** A letter is capital with Shift alone, whatever Caps Lock says. */
function pressed(event: KeyboardEvent): string {
  if (!/^[a-z]$/i.test(event.key)) return event.key
  return event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  // A dialog keeps its keys to itself.
  return target.matches('input, textarea, select') || target.closest('dialog') !== null
}
