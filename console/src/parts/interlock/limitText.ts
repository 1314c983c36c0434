import { useLanguage } from '../../i18n'
import { isPassedDownwards } from '../../plant/limit'
import { votedLimits } from '../../plant/demand'
import { limitParts, signalName } from '../../state/names'
import { signals } from '../../state/plant'
import { numberText, unitText } from '../../text/quantity'

/** The names and set-points of limits, and of causes in which limits vote. */
export function useLimitText() {
  const { t, say } = useLanguage()

  function limitName(id: string): string {
    const { signal, level } = limitParts(id)
    return t('interlocks.limit', { signal: say(signalName(signal)), words: t(`level.${level}`), level })
  }

  /** The limit, or for a vote its voting and all its limits. */
  function causeName(id: string): string {
    const { voting, limits } = votedLimits(id)
    const names = limits.map(limitName).join(' · ')
    return voting === null ? names : `${voting} (${names})`
  }

  /** `≤ 160 m³/h`, as the plant's files have it now; nothing where they do not know it. */
  function setPoint(id: string): string {
    const { signal: signalId, level } = limitParts(id)
    const signal = signals.value.get(signalId)
    const limit = signal?.limits.find((one) => one.level === level)
    if (!signal || !limit) return ''
    if (level === 'STATE') return t(limit.set_point === 0 ? 'interlocks.off' : 'interlocks.on')
    const sign = isPassedDownwards({ level, limit: limit.set_point }) ? '≤' : '≥'
    const number = numberText(limit.set_point, signal.range_high - signal.range_low)
    return `${sign} ${number} ${unitText(signal.unit)}`.trimEnd()
  }

  return { limitName, causeName, setPoint }
}
