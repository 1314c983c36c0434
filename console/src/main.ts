import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './i18n'
import { rememberLanguage, rememberedLanguage } from './i18n/language'
import './look/palette.css'
import './look/page.css'

rememberLanguage(rememberedLanguage())
createApp(App).use(i18n).mount('#app')
