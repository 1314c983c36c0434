import type { Text } from '../../api/types'
import { interlocks } from '../../state/plant'

/** The name of an interlock; the id itself of one that the plant has no longer. */
export function interlockName(id: string): Text {
  return interlocks.value.get(id)?.name ?? { zh: id, en: id }
}
