import { bilingual } from '../../i18n/bilingual'

export const texts = bilingual({
  zh: { overview: {} },
  en: { overview: {} },
})
