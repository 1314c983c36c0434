import { inject, provide, type InjectionKey, type Ref } from 'vue'
import { useLanguage } from '../../i18n'
import { plant } from '../../state/plant'
import { fineAgeText, momentText } from '../../text/time'

const NOW: InjectionKey<Ref<number>> = Symbol('the server clock of the page')

/** Let the parts of the page count ages from `now`, ms of the server's clock. */
export function provideNow(now: Ref<number>): void {
  provide(NOW, now)
}

/** How the page writes a moment and how long ago it was; what is not known is a dash. */
export function useMoments() {
  const now = inject(NOW)
  const { t, language } = useLanguage()

  function at(moment: string | null): string {
    if (moment === null || !plant.value) return '—'
    const ms = Date.parse(moment)
    return momentText(ms, now?.value ?? ms, plant.value.time_zone)
  }
  function ago(moment: string | null): string {
    if (moment === null || !now) return '—'
    return t('system.ago', { age: fineAgeText(now.value - Date.parse(moment), language.value) })
  }
  return { at, ago }
}
