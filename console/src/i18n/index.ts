import { computed } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import type { Text } from '../api/types'
import { texts as alarms } from '../pages/alarms/texts'
import { texts as compliance } from '../pages/compliance/texts'
import { texts as equipment } from '../pages/equipment/texts'
import { texts as firstout } from '../pages/firstout/texts'
import { texts as interlocks } from '../pages/interlocks/texts'
import { texts as overview } from '../pages/overview/texts'
import { texts as signals } from '../pages/signals/texts'
import { texts as system } from '../pages/system/texts'
import { texts as trends } from '../pages/trends/texts'
import { texts as trend } from '../parts/trend/texts'
import { texts as banner } from '../shell/banner/texts'
import { texts as sound } from '../sound/texts'
import { en } from './en'
import { rememberLanguage, rememberedLanguage, type Language } from './language'
import { zh } from './zh'

/** Each page has its texts beside it; what several pages say is in `zh` and `en`. */
const PARTS = [
  alarms,
  compliance,
  equipment,
  firstout,
  interlocks,
  overview,
  signals,
  system,
  trends,
  trend,
  banner,
  sound,
]

export const messages = {
  zh: Object.assign({}, zh, ...PARTS.map((part) => part.zh)),
  en: Object.assign({}, en, ...PARTS.map((part) => part.en)),
}

export const i18n = createI18n({
  legacy: false,
  locale: rememberedLanguage(),
  fallbackLocale: 'zh',
  messages,
})

export function chooseLanguage(language: Language): void {
  i18n.global.locale.value = language
  rememberLanguage(language)
}

/** The chosen language, its texts, and the right half of a bilingual text. */
export function useLanguage() {
  const { t, locale } = useI18n()
  const language = computed(() => locale.value as Language)
  const say = (text: Text | null | undefined): string => text?.[language.value] ?? ''
  return { t, language, say }
}
