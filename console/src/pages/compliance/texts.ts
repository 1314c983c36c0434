import { bilingual } from '../../i18n/bilingual'

export const texts = bilingual({
  zh: {
    violations: {
      title: '违反项',
      standing: '共 {n} 项',
      unknown: '无法判定 {n}',
      uncovered: '未覆盖 {n}',
      empty: '当前没有违反项',
      emptyUnknown: '没有已判定的违反项，但有 {n} 项无法判定',
      emptyUnjudged: '判定停止前没有违反项',
      since: '自 {time}',
      stale: '数据已失效',
      notJudged: '当前未判定',
      kind: { fail: '不符合', suspect: '存疑', exceedance: '超限', unknown: '无法判定' },
    },
  },
  en: {
    violations: {
      title: 'Violations',
      standing: '{n} standing',
      unknown: '{n} unknown',
      uncovered: '{n} uncovered',
      empty: 'No violations',
      emptyUnknown: 'No violation is established, but {n} cells are unknown',
      emptyUnjudged: 'No violations when judging stopped',
      since: 'since {time}',
      stale: 'data lost',
      notJudged: 'not judged',
      kind: { fail: 'Fail', suspect: 'Suspect', exceedance: 'Exceedance', unknown: 'Unknown' },
    },
  },
})
