import { useLanguage } from '../../i18n'
import { useMoments } from '../../parts/moments'
import type { Interval } from '../../plant/demand'

/** The part of time in which something came, as people read it. */
export function useWhen() {
  const { t } = useLanguage()
  const { precise } = useMoments()
  const text = (ms: number | null): string => (ms === null ? '?' : precise(ms))

  function between({ earliest, latest }: Interval): string {
    const [from, to] = [text(earliest), text(latest)]
    return from === to && latest !== null ? to : t('firstout.between', { from, to })
  }
  return { between }
}
