import { shallowRef } from 'vue'
import type { Voice } from './hearing'
import { PATTERNS, render } from './tones'

/**
 * Plays one pattern at a time, again and again.
 *
 * The repetition is done by the browser's audio, not by timers of the page, which come late in a
 * tab that is not in front.
 */
let context: AudioContext | undefined
let playing: { voice: Voice; source: AudioBufferSourceNode } | undefined

/** True while the browser really lets this page sound; nothing else counts. */
export const running = shallowRef(false)

function look(): void {
  running.value = context?.state === 'running'
}

/**
 * Ask the browser for sound. From a click or a key it is given; without one it may stay blocked
 * until the next.
 */
export async function open(): Promise<void> {
  if (typeof AudioContext === 'undefined') return
  if (!context) {
    context = new AudioContext({ latencyHint: 'interactive' })
    context.onstatechange = look
  }
  // A blocked context answers when a person next touches the page; `look` is told then.
  if (context.state !== 'running') {
    await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 300))])
  }
  look()
}

/** Sound as `voice` from now on; undefined is silence. */
export function play(voice: Voice | undefined): void {
  if (playing?.voice === voice) return
  playing?.source.stop()
  playing = undefined
  if (voice === undefined || !context) return
  const source = sourceOf(context, voice)
  source.loop = true
  source.start()
  playing = { voice, source }
}

/** Sound a pattern once, beside what sounds already. */
export function test(voice: Voice): void {
  if (context) sourceOf(context, voice).start()
}

/** Let go of the sound, as when the person signs out. */
export function close(): void {
  play(undefined)
  void context?.close()
  context = undefined
  running.value = false
}

function sourceOf(audio: AudioContext, voice: Voice): AudioBufferSourceNode {
  const samples = render(PATTERNS[voice], audio.sampleRate)
  const buffer = audio.createBuffer(1, samples.length, audio.sampleRate)
  buffer.copyToChannel(samples, 0)
  const source = audio.createBufferSource()
  source.buffer = buffer
  source.connect(audio.destination)
  return source
}
