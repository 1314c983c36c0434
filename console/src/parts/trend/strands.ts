import { onBeforeUnmount, shallowRef, watch } from 'vue'
import type { Signal } from '../../api/types'
import { serverNow } from '../../plant/judging'
import { WORTHS } from '../../plant/trend'
import { link, trusted } from '../../state/clock'
import { plant, signals } from '../../state/plant'
import { load } from './load'
import type { Span } from './span'
import { strandOf, windowOf, type Strand } from './strand'
import type { Standing } from './stretches'

/** Quick changes of the span are asked for once, in ms. */
const CALM_MS = 150

/** What the recorder had not yet written is asked for again, first after this, in ms. */
const SOON_MS = 3000

/** While a trend is live its past is read anew so often, which heals what the stream missed. */
const REFRESH_MS = 30_000
const LONGEST_REFRESH_MS = 300_000

/** Asked at once: the store serves a few readers, and other pages want it too. */
const AT_ONCE = 2

/** The server's clock in ms, or the browser's before the server has spoken. */
export function clockNow(): number {
  return serverNow(link.value, performance.now()) ?? Date.now()
}

/**
 * Keep the points of `ids` over `span`: past from the API, live from the store as it comes.
 *
 * `changed` is called whenever something new can be drawn; it must be cheap.
 */
export function useStrands(
  ids: () => readonly string[],
  span: () => Span,
  changed: () => void,
): {
  strands: Readonly<{ value: readonly Strand[] }>
  standing: (strand: Strand) => Standing
  reload: () => void
  /** Points that should be seen had to leave: ask again, in buckets. */
  demandCoarse: (strand: Strand) => void
} {
  const strands = shallowRef<readonly Strand[]>([])
  let round = 0
  let tries = 0
  let next: ReturnType<typeof setTimeout> | undefined

  function choose(): void {
    const before = new Map(strands.value.map((strand) => [strand.id, strand]))
    strands.value = ids().flatMap((id) => {
      const signal = signals.value.get(id)
      return signal ? [before.get(id) ?? strandOf(signal)] : []
    })
    take()
  }

  /** Take in what the store shows: a newer value, or that the last one lost its quality. */
  function take(): void {
    let news = false
    for (const strand of strands.value) {
      const signal = signals.value.get(strand.id)
      if (signal && takeOne(strand, signal)) news = true
    }
    if (news) changed()
  }

  async function read(isNew: boolean): Promise<void> {
    const mine = ++round
    clearTimeout(next)
    const found = plant.value
    if (!found) return
    const all = [...strands.value]
    if (isNew) for (const { said } of all) if (said.state !== 'failed') said.state = 'loading'
    const [from, to] = windowOf(span(), clockNow())
    const live = span().kind === 'live'
    const isWanted = (): boolean => mine === round
    const asked = { plant: found.id, from, to, live }
    const queue = [...all]
    const work = async (): Promise<void> => {
      for (let one = queue.shift(); one && isWanted(); one = queue.shift()) {
        await load(one, asked, isWanted)
        if (isWanted()) changed()
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    if (isWanted()) plan(all, to, live)
  }

  /** Decide when the history is asked again, if at all. */
  function plan(all: readonly Strand[], to: number, live: boolean): void {
    const short = all.some(
      ({ said, track }) =>
        said.state === 'failed' ||
        (live ? track.hasHole() : (said.until ?? 0) < Math.min(to, clockNow())),
    )
    tries = short ? tries + 1 : 0
    const widest = Math.max(0, ...all.map(({ track }) => track.width))
    const calm = Math.min(LONGEST_REFRESH_MS, Math.max(REFRESH_MS, widest))
    const wait = short ? Math.min(calm, SOON_MS * 2 ** (tries - 1)) : live ? calm : null
    if (wait !== null) next = setTimeout(() => void read(false), wait)
  }

  function again(wait: number, isNew: boolean): void {
    clearTimeout(next)
    next = setTimeout(() => void read(isNew), wait)
  }

  choose()
  void read(true)
  watch([() => ids().join('\n'), () => plant.value?.version], () => {
    choose()
    tries = 0
    again(0, true)
    changed()
  })
  watch(span, () => {
    tries = 0
    round += 1
    for (const strand of strands.value) {
      strand.coarse = false
      if (strand.said.state === 'read') strand.said.state = 'loading'
    }
    again(CALM_MS, true)
    changed()
  })
  // At once, not with the next frame: of two batches in one frame no value may be lost.
  watch(() => ids().map((id) => signals.value.get(id)), take, { flush: 'sync' })
  // After the stream was away, what it did not bring is in the history a little later.
  watch(
    () => link.value.open,
    (open) => open && again(SOON_MS, false),
  )
  onBeforeUnmount(() => {
    round += 1
    clearTimeout(next)
  })

  const standing = ({ said }: Strand): Standing => ({
    state: said.state,
    recorded: said.recording === 'current',
    trusted: trusted.value,
    now: clockNow(),
  })
  return {
    strands,
    standing,
    reload: () => void read(true),
    demandCoarse: (strand) => {
      strand.coarse = true
      again(0, false)
    },
  }
}

function takeOne(strand: Strand, signal: Signal): boolean {
  const { taken, track } = strand
  const { time, quality } = signal
  if (taken && taken.time === time && taken.quality === quality) return false
  strand.signal = signal
  strand.taken = { time, quality }
  const worth = WORTHS.indexOf(quality)
  if (time !== null && time !== taken?.time) track.append(Date.parse(time), signal.value, worth)
  else track.append(clockNow(), null, worth)
  return true
}
