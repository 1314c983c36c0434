import { computed, shallowRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { useListKeys } from '../../parts/listKeys'

/** The table that the rows are in. */
interface Table {
  root: HTMLElement | null
  reveal: (at: number) => void
}

/** A selected signal, moved by J, K and the arrows; Enter shows its trend, Esc goes back. */
export function useSignalSelection(
  title: string,
  table: Readonly<Ref<Table | null>>,
  rows: Ref<readonly string[]>,
  back: () => void,
) {
  const router = useRouter()
  const selected = shallowRef<string>()
  /** Only while it is on the list. */
  const chosen = (): string | undefined =>
    selected.value !== undefined && rows.value.includes(selected.value) ? selected.value : undefined

  function choose(id: string): void {
    selected.value = id
    table.value?.reveal(rows.value.indexOf(id))
  }

  function open(id: string | undefined): void {
    if (id) void router.push({ name: 'trends', query: { signal: [id] } })
  }

  useListKeys({
    title,
    root: computed(() => table.value?.root ?? null),
    ids: () => rows.value,
    chosen,
    choose,
    open: () => open(chosen()),
    back,
  })
  return { selected, choose, open }
}
