import { computed, shallowRef, watch } from 'vue'
import { lamp } from '../state/clock'
import { followAlarms, standingAlarms } from '../state/plant'
import { Hearing, type Voice } from './hearing'
import { close, open, play, running, test } from './player'
import { followSilence, leave, queue, sounds } from './tabs'

const KEY = 'firstout.sound'

/**
 * `off`: nobody armed it. `blocked`: it was armed, but the browser keeps this page mute.
 * `elsewhere`: another tab of this browser sounds. `sounding`, `silenced`, `armed`: as it says.
 */
export type SoundState = 'off' | 'blocked' | 'elsewhere' | 'sounding' | 'silenced' | 'armed'

const armed = shallowRef(localStorage.getItem(KEY) === 'armed')
const voice = shallowRef<Voice>()
const silenced = shallowRef(false)

/** What the browser really does, never what was once asked of it. */
export const soundState = computed<SoundState>(() => {
  if (!armed.value) return 'off'
  if (!running.value) return 'blocked'
  if (!sounds.value) return 'elsewhere'
  if (voice.value !== undefined) return 'sounding'
  return silenced.value ? 'silenced' : 'armed'
})

/** True while silencing would make something quiet, here or in another tab; nothing unheard. */
export const canSilence = computed(
  () =>
    soundState.value === 'sounding' ||
    (soundState.value === 'elsewhere' && voice.value !== undefined),
)

let hearing = new Hearing()
let tellOthers = (): void => {}

/** Let what calls be heard until the returned function is called. */
export function startSound(): () => void {
  hearing = new Hearing()
  hearing.takeAll(standingAlarms.value)
  const others = followSilence(silenceHere)
  tellOthers = others.tell
  const stops = [
    followAlarms((changes) => {
      if (changes) hearing.take(changes)
      else hearing.takeAll(standingAlarms.value)
      decide()
    }),
    watch(
      () => lamp.value.state !== 'not_judged',
      (judged) => {
        hearing.judged(judged)
        decide()
      },
      { immediate: true },
    ),
    watch([running, sounds, voice], sound),
    others.stop,
  ]
  addEventListener('pointerdown', wake)
  addEventListener('keydown', wake)
  if (armed.value) void arm()
  return () => {
    removeEventListener('pointerdown', wake)
    removeEventListener('keydown', wake)
    for (const stop of stops) stop()
    leave()
    close()
  }
}

/** Let this browser sound from now on, and in its next sessions as far as it lets us. */
export async function arm(): Promise<void> {
  armed.value = true
  localStorage.setItem(KEY, 'armed')
  await open()
}

/** Sound the most urgent pattern once, so that a person knows that it can be heard. */
export async function testTone(): Promise<void> {
  await arm()
  test('critical')
}

/** I have heard it. Acknowledges nothing. */
export function silence(): void {
  if (!canSilence.value) return
  silenceHere()
  tellOthers()
}

function silenceHere(): void {
  hearing.silence()
  decide()
}

function decide(): void {
  voice.value = hearing.voice()
  silenced.value = hearing.silenced()
}

function sound(): void {
  if (running.value) queue()
  else leave()
  play(running.value && sounds.value ? voice.value : undefined)
}

/** Any touch of the page lets a browser that kept it mute sound again. */
function wake(): void {
  if (armed.value && !running.value) void open()
}
