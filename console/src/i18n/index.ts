import { computed } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import type { Text } from '../api/types'
import { en } from './en'
import { rememberLanguage, rememberedLanguage, type Language } from './language'
import { zh } from './zh'

export const i18n = createI18n({
  legacy: false,
  locale: rememberedLanguage(),
  fallbackLocale: 'zh',
  messages: { zh, en },
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
