import { bilingual } from '../../i18n/bilingual'

export const texts = bilingual({
  zh: {
    banner: {
      keys: '报警条',
      goNewest: '到最新最高优先级未确认报警',
      open: '查看报警：{what}',
      suppressed: '设计抑制',
      suppressedOf: '设计抑制的报警 {n} 条',
      suppressedUnknown: '设计抑制的报警数未知',
      rate: '10 分钟报警数',
      rateOf: '最近 10 分钟新报警 {n} 条',
      rateUnknown: '最近 10 分钟新报警数未知',
      atLeast: '至少 {n}',
      flood: '报警泛滥',
      floodTitle: '10 分钟内超过 10 条',
      role: {
        operator: '操作员',
        safety_engineer: '安全工程师',
        plant_manager: '厂级负责人',
        district_regulator: '区级监管人员',
        city_regulator: '市级监管人员',
        auditor: '审计人员',
        administrator: '管理员',
      },
    },
  },
  en: {
    banner: {
      keys: 'Alarm banner',
      goNewest: 'Go to the newest unacknowledged alarm of the highest priority',
      open: 'Look at the alarm: {what}',
      suppressed: 'Suppressed',
      suppressedOf: '{n} alarms suppressed by design',
      suppressedUnknown: 'The number of suppressed alarms is not known',
      rate: 'In 10 min',
      rateOf: '{n} new alarms in the last 10 minutes',
      rateUnknown: 'The number of new alarms in the last 10 minutes is not known',
      atLeast: '≥ {n}',
      flood: 'FLOOD',
      floodTitle: 'More than 10 in 10 minutes',
      role: {
        operator: 'Operator',
        safety_engineer: 'Safety engineer',
        plant_manager: 'Plant manager',
        district_regulator: 'District regulator',
        city_regulator: 'City regulator',
        auditor: 'Auditor',
        administrator: 'Administrator',
      },
    },
  },
})
