import { UNCERTAIN, type Track } from '../../plant/trend'
import { shapeOf, shapePath } from './look'
import { seenAt } from './stretches'
import { xOf, yOf, type Sheet } from './sheet'

/** Markers on a line are about so far apart, in CSS pixels. */
const MARKER_STEP = 130

/** From the least to the greatest value of each bucket. */
export function drawBand(sheet: Sheet, track: Track, colour: string): void {
  const { ctx } = sheet
  const { points, width } = track
  if (width === 0) return
  ctx.beginPath()
  for (let i = Math.max(0, points.after(sheet.from) - 2); i < points.length; i++) {
    const slot = points.slot(i)
    const time = points.time[slot] as number
    if (time > sheet.to) break
    const low = points.low[slot] as number
    if (Number.isNaN(low)) continue
    const left = xOf(sheet, time)
    const top = yOf(sheet, points.high[slot] as number)
    // Neighbours overlap by nothing: a doubled edge would look like a line.
    ctx.rect(left, top, xOf(sheet, time + width) - left, Math.max(1, yOf(sheet, low) - top))
  }
  ctx.globalAlpha = 0.22
  ctx.fillStyle = colour
  ctx.fill()
  ctx.globalAlpha = 1
}

/**
 * The line of the usable values, broken wherever nothing is known; UNCERTAIN ones only dotted.
 *
 * What falls into one column of pixels is drawn as one stroke from its least to its greatest
 * value, so the cost follows the pixels and not the points.
 */
export function drawLine(sheet: Sheet, track: Track, colour: string): void {
  const { ctx, px } = sheet
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.6 * px
  ctx.lineJoin = 'round'
  ctx.lineCap = 'round'
  ctx.beginPath()
  trace(sheet, track, false)
  ctx.stroke()
  ctx.setLineDash([1 * px, 4 * px])
  ctx.beginPath()
  trace(sheet, track, true)
  ctx.stroke()
  ctx.setLineDash([])
}

function trace(sheet: Sheet, track: Track, uncertain: boolean): void {
  const { ctx, px } = sheet
  const { points, reach } = track
  const half = track.width / 2
  const scale = sheet.width / (sheet.to - sheet.from)
  const offset = sheet.left - (sheet.from - half) * scale
  let [isDown, before, column] = [false, -Infinity, -Infinity]
  let [top, end, exit] = [0, 0, 0]
  const leave = (): void => {
    if (isDown && top !== end) {
      ctx.lineTo(column, top)
      ctx.lineTo(column, end)
      ctx.lineTo(column, exit)
    }
  }
  const first = Math.max(0, points.after(sheet.from - half) - 2)
  for (let i = first; i < points.length; i++) {
    const slot = points.slot(i)
    const time = points.time[slot] as number
    const value = points.mean[slot] as number
    const fits = (points.worth[slot] === UNCERTAIN) === uncertain && !Number.isNaN(value)
    if (!fits || time - before > reach) {
      leave()
      isDown = false
    }
    before = time
    if (fits) {
      const y = yOf(sheet, value)
      const x = Math.round(offset + time * scale)
      if (isDown && x === column) {
        if (y < top) top = y
        if (y > end) end = y
        exit = y
      } else {
        leave()
        if (isDown) ctx.lineTo(x, y)
        else {
          // A point alone is a dot.
          ctx.moveTo(x, y)
          ctx.lineTo(x + 0.5 * px, y)
          isDown = true
        }
        ;[column, top, end, exit] = [x, y, y, y]
      }
    }
    if (time > sheet.to) break
  }
  leave()
}

/** Shapes on the line at round times, each line at its own, so that they move with the data. */
export function drawMarkers(sheet: Sheet, track: Track, colour: string, order: number): void {
  const { ctx, px } = sheet
  const step = ((sheet.to - sheet.from) / sheet.width) * MARKER_STEP * px
  // A power of two of seconds: it changes only when the span changes much.
  const round = 2 ** Math.ceil(Math.log2(step / 1000)) * 1000
  const shift = (round / 6) * order
  ctx.fillStyle = colour
  for (let t = Math.ceil((sheet.from - shift) / round) * round + shift; t < sheet.to; t += round) {
    const seen = seenAt(track, t)
    if (seen?.value == null) continue
    mark(sheet, xOf(sheet, seen.time + track.width / 2), yOf(sheet, seen.value), order, 3.2)
  }
}

/** One marker, its middle at x, y in canvas pixels, in the fill colour. */
export function mark(sheet: Sheet, x: number, y: number, order: number, r: number): void {
  const { ctx, px } = sheet
  const path = new Path2D(shapePath(shapeOf(order), r * px))
  ctx.save()
  ctx.translate(x, y)
  ctx.strokeStyle = sheet.look.paper
  ctx.lineWidth = 1.2 * px
  ctx.stroke(path)
  ctx.fill(path)
  ctx.restore()
}

/** A discrete signal as steps in its own lane, with a word where there is room for one. */
export function drawSteps(
  sheet: Sheet,
  track: Track,
  colour: string,
  words: { on: string; off: string },
): void {
  const { points, width } = track
  let run: { from: number; low: number; high: number } | null = null
  const first = Math.max(0, points.after(sheet.from) - 1)
  for (let i = first; i < points.length; i++) {
    const slot = points.slot(i)
    const time = points.time[slot] as number
    if (time > sheet.to) break
    const [low, high] = [points.low[slot] as number, points.high[slot] as number]
    const next = i + 1 < points.length ? points.timeAt(i + 1) : Infinity
    const end = width > 0 ? time + width : Math.min(next, time + track.longest)
    const goesOn = next - time <= track.reach && points.worth[slot] !== UNCERTAIN
    if (run && (run.low !== low || run.high !== high)) {
      drawRun(sheet, run, time, colour, words)
      run = null
    }
    if (!Number.isNaN(low)) run ??= { from: time, low, high }
    if (run && !goesOn) {
      drawRun(sheet, run, end, colour, words)
      run = null
    }
  }
  if (run) drawRun(sheet, run, lastKnown(track, sheet.to), colour, words)
}

function lastKnown(track: Track, to: number): number {
  const { points, width } = track
  const after = points.after(to)
  if (after < points.length) return to
  return Math.min(to, points.timeAt(points.length - 1) + width)
}

function drawRun(
  sheet: Sheet,
  run: { from: number; low: number; high: number },
  end: number,
  colour: string,
  words: { on: string; off: string },
): void {
  const { ctx, px, top, height } = sheet
  const left = Math.max(sheet.left, xOf(sheet, run.from))
  const right = Math.min(sheet.left + sheet.width, xOf(sheet, end))
  if (right < left) return
  const width = Math.max(right - left, px)
  const [isOn, changed] = [run.low >= 0.5, run.low < 0.5 && run.high >= 0.5]
  const [upper, lower] = [top + 3 * px, top + height - 3 * px]
  ctx.fillStyle = colour
  ctx.globalAlpha = isOn ? 0.3 : changed ? 0.6 : 0
  ctx.fillRect(left, upper, width, lower - upper)
  ctx.globalAlpha = 1
  ctx.fillRect(left, (isOn || changed ? upper : lower) - 0.8 * px, width, 1.6 * px)
  if (changed || height < 15 * px) return
  const text = isOn ? words.on : words.off
  if (ctx.measureText(text).width + 10 * px > width) return
  ctx.fillStyle = sheet.look.ink
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.fillText(text, left + 5 * px, top + height / 2)
}
