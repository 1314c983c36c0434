import { NoAnswer, Problem } from '../../api/problem'
import { request } from '../../api/request'
import type { History, SamplePage } from '../../api/types'
import { question } from '../../plant/trend'
import type { Strand } from './strand'

/** The most samples that the server gives at once. */
const PAGE = 10_000

/** Points beyond what the span should need, so that live ones find room. */
const SPARE = 256

const DAY_MS = 86_400_000

interface Asked {
  plant: string
  /** In ms. */
  from: number
  to: number
  /** Whether time goes on while this is shown. */
  live: boolean
}

/**
 * Ask the history for a strand's span and lay the answer under its live values.
 *
 * `isWanted` is asked after each answer: one that came too late is dropped.
 */
export async function load(strand: Strand, asked: Asked, isWanted: () => boolean): Promise<void> {
  const { said } = strand
  try {
    const answer = await ask(strand, asked, strand.coarse)
    if (!isWanted()) return
    answer.lay()
    said.recording = answer.body.recording
    said.fault = answer.body.recording_fault
    said.until = answer.body.recorded_until === null ? null : Date.parse(answer.body.recorded_until)
    said.failure = null
    said.state = 'read'
    said.empty = answer.count === 0
    said.later = said.empty && !asked.live ? await beginAfter(strand, asked) : null
  } catch (error) {
    if (!(error instanceof Problem || error instanceof NoAnswer)) throw error
    if (!isWanted()) return
    said.failure = error
    said.state = 'failed'
  }
}

interface Answer {
  body: History | SamplePage
  count: number
  lay: () => void
}

async function ask(strand: Strand, asked: Asked, coarse: boolean): Promise<Answer> {
  const { signal, track } = strand
  const { from, to, live } = asked
  const how = question(to - from, signal.period_s * 1000, coarse)
  const end = live ? Infinity : to
  if (how.kind === 'samples') {
    const path = pathOf(strand, asked, 'samples', from - track.longest, to)
    const page = await request<SamplePage>(`${path}&limit=${PAGE}`)
    // Faster than its period says: too many to be had one by one.
    if (page.next !== null) {
      strand.coarse = true
      return ask(strand, asked, true)
    }
    const most = Math.max(page.times.length, (to - from) / (signal.period_s * 1000))
    const room = Math.ceil(most * 1.5) + SPARE
    const lay = (): void => track.takeSamples(page, room, end)
    return { body: page, count: page.times.length, lay }
  }
  const width = how.widthMs
  const start = Math.floor(from / width) * width - width
  const path = pathOf(strand, asked, 'history', start, to)
  const body = await request<History>(`${path}&bucket=${width / 1000}`)
  const room = Math.ceil((to - from) / width) + SPARE
  const lay = (): void => track.takeBuckets(body, room, end)
  return { body, count: body.starts.length, lay }
}

/**
 * When the first sample after an empty span was read; null when there is none until now.
 *
 * First the day, then the sample in it: a long time is not walked sample by sample.
 */
async function beginAfter(strand: Strand, asked: Asked): Promise<number | null> {
  const now = Date.now()
  if (asked.to >= now) return null
  const width = Math.max(DAY_MS, Math.ceil((now - asked.to) / 400 / DAY_MS) * DAY_MS)
  const path = pathOf(strand, asked, 'history', asked.to, now)
  const { starts } = await request<History>(`${path}&bucket=${width / 1000}`)
  if (starts[0] === undefined) return null
  const day = Date.parse(starts[0])
  const begin = pathOf(strand, asked, 'samples', Math.max(asked.to, day), day + width)
  const { times } = await request<SamplePage>(`${begin}&limit=1`)
  return times[0] === undefined ? null : Date.parse(times[0])
}

function pathOf(
  strand: Strand,
  asked: Asked,
  what: 'samples' | 'history',
  from: number,
  to: number,
): string {
  const where = `/plants/${encodeURIComponent(asked.plant)}/signals/${encodeURIComponent(strand.id)}`
  const start = new Date(Math.max(0, from)).toISOString()
  return `${where}/${what}?start=${start}&end=${new Date(to).toISOString()}`
}
