import { mark } from './lines'
import type { LimitLine } from './layout'
import { spread } from './layout'
import type { Mark } from './span'
import type { Stretch } from './stretches'
import { fitted, font, hatch, note, within, xOf, yOf, type Sheet } from './sheet'

/** Hatch the stretches, and say in each with enough room why nothing can be read there. */
export function drawDoubts(
  sheet: Sheet,
  stretches: readonly Stretch[],
  say: (stretch: Stretch) => string,
  order: number | null = null,
): void {
  const { ctx, px, look } = sheet
  const fill = hatch(sheet)
  for (const stretch of stretches) {
    const left = xOf(sheet, stretch.from)
    const width = Math.max(xOf(sheet, stretch.to) - left, 2 * px)
    ctx.fillStyle = fill
    if (stretch.doubt !== 'LOADING') ctx.fillRect(left, sheet.top, width, sheet.height)
    font(sheet, 11)
    const text = say(stretch)
    const sign = order === null ? 0 : 12 * px
    const room = ctx.measureText(text).width + sign + 12 * px
    if (room > width || sheet.height < 11 * px) continue
    const middle = sheet.top + Math.min(sheet.height / 2, 12 * px)
    // In the middle: at the left edge the limits have their figures.
    const at = left + (width - room) / 2 + 6 * px
    ctx.fillStyle = look.ink
    note(sheet, text, at + sign, middle)
    if (order === null) continue
    ctx.fillStyle = look.series[order] ?? look.ink
    mark(sheet, at + 4 * px, middle, order, 3)
  }
}

/** Dashed lines at the limits, with level and figure; `orders` are the markers of the signals. */
export function drawLimits(
  sheet: Sheet,
  lines: readonly LimitLine[],
  orders: readonly number[],
  figure: (value: number) => string,
): void {
  const { ctx, px, look } = sheet
  const seen = lines.filter(({ at }) => at >= sheet.low && at <= sheet.high)
  ctx.strokeStyle = look.quiet
  for (const { at, level } of seen) {
    const y = Math.round(yOf(sheet, at)) + 0.5
    ctx.lineWidth = (level.length === 2 ? 1.5 : 1) * px
    ctx.setLineDash(level.length === 2 ? [9 * px, 4 * px] : [4 * px, 4 * px])
    ctx.beginPath()
    ctx.moveTo(sheet.left, y)
    ctx.lineTo(sheet.left + sheet.width, y)
    ctx.stroke()
  }
  ctx.setLineDash([])
  font(sheet, 10.5, 600)
  const wanted = seen.map(({ at }) => yOf(sheet, at))
  const end = sheet.top + sheet.height
  const places = spread(wanted, 13 * px, sheet.top, end)
  const crowded = seen.length * 13 * px > sheet.height
  seen.forEach((line, i) => {
    // Where not all have room, the outer ones tell: they trip.
    if (crowded && line.level.length === 1) return
    const y = (crowded ? wanted[i] : places[i]) as number
    let x = sheet.left + 5 * px
    if (orders.length > 1) {
      for (const place of line.of) {
        const order = orders[place] ?? 0
        ctx.fillStyle = look.series[order] ?? look.ink
        mark(sheet, x + 3 * px, y, order, 2.8)
        x += 11 * px
      }
    }
    ctx.fillStyle = look.ink
    note(sheet, `${line.level} ${figure(line.at)}`, x, y)
  })
}

/** Vertical lines at moments; their labels stand in rows so that none lies over another. */
export function drawMarks(sheet: Sheet, marks: readonly Mark[], labelled: boolean): void {
  const { ctx, px, look } = sheet
  const ends: number[] = []
  within(sheet, () => {
    font(sheet, 11, 600)
    for (const { at, label } of [...marks].sort((a, b) => a.at - b.at)) {
      if (at < sheet.from || at > sheet.to) continue
      const x = Math.round(xOf(sheet, at)) + 0.5
      ctx.strokeStyle = look.ink
      ctx.lineWidth = px
      ctx.setLineDash([2 * px, 2 * px])
      ctx.beginPath()
      ctx.moveTo(x, sheet.top)
      ctx.lineTo(x, sheet.top + sheet.height)
      ctx.stroke()
      ctx.setLineDash([])
      if (!labelled) continue
      const text = fitted(ctx, label, 160 * px)
      const width = ctx.measureText(text).width + 8 * px
      const left = Math.min(x + 4 * px, sheet.left + sheet.width - width)
      const free = ends.findIndex((end) => end < left)
      const row = free === -1 ? ends.length : free
      ends[row] = left + width
      ctx.fillStyle = look.ink
      note(sheet, text, left, sheet.top + (8 + row * 14) * px)
    }
  })
}

/** A line's name in the margin at the right. */
export interface Label {
  order: number
  /** The value now, empty when there is none to write. */
  value: string
  name: string
  /** Where the line ends, in canvas pixels; null when it is not in sight. */
  y: number | null
}

/** Write the labels at the right edge, next to where the lines end. */
export function drawLabels(sheet: Sheet, labels: readonly Label[], gutter: number): void {
  const { ctx, px, look } = sheet
  const isTall = sheet.height / labels.length >= 30 * px
  const size = (isTall ? 29 : 14) * px
  const end = sheet.top + sheet.height
  const middle = sheet.top + sheet.height / 2
  const places = spread(labels.map(({ y }) => y ?? middle), size, sheet.top, end)
  const left = sheet.left + sheet.width + 7 * px
  const room = gutter * px - 22 * px
  labels.forEach(({ order, value, name }, i) => {
    const y = places[i] as number
    const head = isTall ? y - 7 * px : y
    ctx.fillStyle = look.series[order] ?? look.ink
    mark(sheet, left + 4 * px, head, order, 3.8)
    ctx.textAlign = 'left'
    ctx.textBaseline = 'middle'
    ctx.fillStyle = look.ink
    if (isTall) {
      font(sheet, 13, 700)
      ctx.fillText(value, left + 13 * px, head)
      font(sheet, 11)
      ctx.fillStyle = look.quiet
      ctx.fillText(fitted(ctx, name, room + 10 * px), left, y + 7.5 * px)
    } else {
      font(sheet, 11)
      ctx.fillText(fitted(ctx, name, room), left + 13 * px, head)
    }
  })
}
