import { bilingual } from '../../i18n/bilingual'

export const texts = bilingual({
  zh: {
    signals: {
      title: '测点',
      count: '共 {n} 点',
      doubtful: '不可信 {n} 点',
      signal: '测点',
      value: '当前值',
      limits: '限值与位置',
      quality: '质量',
      age: '时延',
      on: '是',
      off: '否',
      noValue: '无可信值',
      gateway: '网关 {id} {state}',
      node: { online: '在线', catching_up: '补传中', offline: '离线', unknown: '未知' },
    },
  },
  en: {
    signals: {
      title: 'Signals',
      count: '{n} signals',
      doubtful: '{n} not trusted',
      signal: 'Signal',
      value: 'Value',
      limits: 'Limits and position',
      quality: 'Quality',
      age: 'Age',
      on: 'yes',
      off: 'no',
      noValue: 'no value to trust',
      gateway: 'Gateway {id} {state}',
      node: {
        online: 'online',
        catching_up: 'catching up',
        offline: 'offline',
        unknown: 'unknown',
      },
    },
  },
})
