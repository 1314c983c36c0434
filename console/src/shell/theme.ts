import { ref } from 'vue'

/** `day` is grey for a lit room, `night` for a dark one; alarm colours are the same in both. */
export type Theme = 'day' | 'night'

const KEY = 'firstout.theme'

export const theme = ref<Theme>(localStorage.getItem(KEY) === 'night' ? 'night' : 'day')

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen
  localStorage.setItem(KEY, chosen)
  document.documentElement.dataset['theme'] = chosen
}
