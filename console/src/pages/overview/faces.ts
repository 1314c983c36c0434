import type { RouteLocationRaw } from 'vue-router'
import type { Equipment, Subject, Text } from '../../api/types'
import { PLANT_ITSELF } from '../../plant/overview'

/** What a tile says of a thing whatever stands there, and where it leads. */
export interface TileFace {
  id: string
  name: string
  kind: string
  to: RouteLocationRaw
}

type Say = (text: Text) => string
type Tell = (key: string) => string

export function equipmentFace(item: Equipment, say: Say): TileFace {
  const to = { name: 'equipment', params: { id: item.id } }
  return { id: item.id, name: say(item.name), kind: say(item.kind_name), to }
}

/** The enterprise, a person, a project ...; or, for alarms of no equipment, the plant itself. */
export function otherFace(id: string, subject: Subject | undefined, say: Say, t: Tell): TileFace {
  if (id === PLANT_ITSELF) {
    const name = t('overview.plantItself')
    return { id, name, kind: t('overview.plantItselfKind'), to: { name: 'alarms' } }
  }
  return {
    id,
    name: subject ? say(subject.name) : id,
    kind: subject ? t(`overview.subject.${subject.kind}`) : '',
    to: { name: 'compliance', query: { view: 'violations', subject: id } },
  }
}
