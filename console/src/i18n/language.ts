export type Language = 'zh' | 'en'

const KEY = 'firstout.language'

/** The language chosen last in this browser; Chinese until somebody chooses. */
export function rememberedLanguage(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}
