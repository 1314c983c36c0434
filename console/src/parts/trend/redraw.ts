import { onBeforeUnmount } from 'vue'

/** Never drawn more often than so, in ms. */
const LEAST_MS = 250

/** However slowly the pixels move, the newest value is seen after this, in ms. */
const MOST_MS = 2000

/**
 * Draw when something changed, but not before a pixel would look different, and not while the
 * page is hidden.
 *
 * `pace` gives how long a pixel lasts, in ms; `isMoving` whether time alone changes the picture.
 */
export function useRedraw(draw: () => void, pace: () => number, isMoving: () => boolean) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame: number | undefined
  let drawnAt = -Infinity

  function run(): void {
    frame = undefined
    drawnAt = performance.now()
    draw()
    if (isMoving()) later()
  }

  /** Draw with the next frame. */
  function now(): void {
    clearTimeout(timer)
    timer = undefined
    frame ??= requestAnimationFrame(run)
  }

  /** Draw as soon as a pixel can have changed. */
  function later(): void {
    if (timer !== undefined || frame !== undefined) return
    const wait = Math.max(LEAST_MS, Math.min(MOST_MS, pace()))
    timer = setTimeout(now, Math.max(0, drawnAt + wait - performance.now()))
  }

  onBeforeUnmount(() => {
    clearTimeout(timer)
    if (frame !== undefined) cancelAnimationFrame(frame)
  })
  return { now, later }
}
