import type { Ref } from 'vue'
import { useKeys } from '../keys/keys'

interface List {
  /** The key of the page's title, under which the help shows the keys. */
  title: string
  /** The arrows, Home, End and Enter belong to the list only from here, or from nowhere. */
  root: Readonly<Ref<HTMLElement | null>>
  ids: () => readonly string[]
  chosen: () => string | undefined
  choose: (id: string) => void
  /** Enter: go to what is chosen. */
  open: () => void
  /** Esc: back to the list. */
  back: () => void
}

/** J, K, arrows, Home, End, Enter and Esc for a list whose chosen one is shown beside it. */
export function useListKeys({ title, root, ids, chosen, choose, open, back }: List): void {
  const here = ({ target }: Event): boolean =>
    target === document.body ||
    (target instanceof Element && (target.id === 'page' || !!root.value?.contains(target)))
  /** Somewhere on the page from where Esc leads back to the list; a dialog keeps its Esc. */
  const isElsewhere = (target: EventTarget | null): boolean =>
    target instanceof Element &&
    target !== document.body &&
    target.closest('dialog') === null &&
    !root.value?.contains(target)

  /** A letter works from everywhere, an arrow where it does not scroll something else. */
  const stepping = (event: KeyboardEvent): boolean => !event.key.startsWith('Arrow') || here(event)

  function to(index: number): void {
    const all = ids()
    const id = all[Math.min(all.length - 1, Math.max(0, index))]
    if (id !== undefined) choose(id)
  }
  function step(by: 1 | -1): void {
    const at = ids().indexOf(chosen() ?? '')
    to(at === -1 && by === -1 ? ids().length - 1 : at + by)
  }

  useKeys(title, [
    {
      keys: ['j', 'ArrowDown'],
      does: 'lists.down',
      run: () => step(1),
      when: stepping,
      repeats: true,
    },
    { keys: ['k', 'ArrowUp'], does: 'lists.up', run: () => step(-1), when: stepping, repeats: true },
    { keys: ['Home'], does: 'lists.first', run: () => to(0), when: here },
    { keys: ['End'], does: 'lists.last', run: () => to(ids().length - 1), when: here },
    {
      keys: ['Enter'],
      does: 'lists.open',
      run: open,
      when: (event) => chosen() !== undefined && here(event) && !isControl(event.target),
    },
    { keys: ['Escape'], does: 'lists.back', run: back, when: ({ target }) => isElsewhere(target) },
  ])
}

/** Enter on a button or a link is its own. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a') !== null
}
