import { bilingual } from '../i18n/bilingual'

export const texts = bilingual({
  zh: {
    sound: {
      title: '报警声音',
      off: '声音未开',
      blocked: '声音被浏览器禁止',
      elsewhere: '由另一标签页发声',
      sounding: '正在鸣响',
      silenced: '已消音',
      armed: '声音就绪',
      arm: '开启声音',
      unblock: '点此恢复',
      silence: '消音',
      silenceKey: '消音（不等于确认）',
      armKey: '开启声音并试音',
      test: '试音',
      hint: '消音不等于确认；更高或同级的新报警会再次鸣响',
    },
  },
  en: {
    sound: {
      title: 'Alarm sound',
      off: 'SOUND OFF',
      blocked: 'Muted by the browser',
      elsewhere: 'Sounds in another tab',
      sounding: 'Sounding',
      silenced: 'Silenced',
      armed: 'Sound armed',
      arm: 'Arm',
      unblock: 'Unmute',
      silence: 'Silence',
      silenceKey: 'Silence (does not acknowledge)',
      armKey: 'Arm the sound and test it',
      test: 'Test',
      hint: 'Silence does not acknowledge; a new alarm of the same or a higher priority sounds again',
    },
  },
})
