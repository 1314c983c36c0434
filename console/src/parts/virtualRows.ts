import { useVirtualizer } from '@tanstack/vue-virtual'
import { computed, type Ref } from 'vue'

/**
 * The rows of a long table that are in sight, and the height of what is not: the table stays a
 * `<table>`, with one empty row above and one below.
 */
export function useVirtualRows(
  scroller: Readonly<Ref<HTMLElement | null>>,
  count: Ref<number>,
  rowHeight: number,
) {
  const virtual = useVirtualizer(
    computed(() => ({
      count: count.value,
      getScrollElement: () => scroller.value,
      estimateSize: () => rowHeight,
      overscan: 8,
    })),
  )
  const rows = computed(() => virtual.value.getVirtualItems().map((item) => item.index))
  const above = computed(() => virtual.value.getVirtualItems()[0]?.start ?? 0)
  const below = computed(() => {
    const last = virtual.value.getVirtualItems().at(-1)
    return virtual.value.getTotalSize() - (last?.end ?? 0)
  })
  const reveal = (index: number): void => virtual.value.scrollToIndex(index)
  return { rows, above, below, reveal }
}
