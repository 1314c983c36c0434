import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './i18n'
import { rememberLanguage, rememberedLanguage } from './i18n/language'
import { router } from './shell/router'
import { chooseTheme, theme } from './shell/theme'
import './look/palette.css'
import './look/page.css'

rememberLanguage(rememberedLanguage())
chooseTheme(theme.value)
createApp(App).use(i18n).use(router).mount('#app')
