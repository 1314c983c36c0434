import { onBeforeUnmount } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'

/**
 * Write the query of the calling page's address.
 *
 * Once somebody is on the way to another page this does nothing: a page that writes late would
 * call them back.
 */
export function useOwnQuery(): (query: LocationQueryRaw) => Promise<unknown> {
  const router = useRouter()
  const own = useRoute().name
  let leaving = false
  const forget = [
    router.beforeEach((to) => {
      leaving = to.name !== own
    }),
    router.afterEach(() => {
      leaving = router.currentRoute.value.name !== own
    }),
  ]
  onBeforeUnmount(() => forget.forEach((stop) => stop()))
  return (query) => (leaving ? Promise.resolve() : router.replace({ query }))
}
