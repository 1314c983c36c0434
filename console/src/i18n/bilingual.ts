/** Texts under keys, in any depth. */
export interface Texts {
  [key: string]: string | Texts
}

/** A page's texts: the English ones have exactly the keys of the Chinese ones. */
export function bilingual<T extends Texts>(texts: { zh: T; en: NoInfer<T> }): { zh: T; en: T } {
  return texts
}
