import type { Look } from './look'

/** A part of a canvas to draw on: its place in canvas pixels, and what it spans. */
export interface Sheet {
  ctx: CanvasRenderingContext2D
  left: number
  top: number
  width: number
  height: number
  /** Canvas pixels in a CSS pixel. */
  px: number
  /** In ms since 1970. */
  from: number
  to: number
  low: number
  high: number
  look: Look
}

export function xOf(sheet: Sheet, time: number): number {
  return sheet.left + ((time - sheet.from) / (sheet.to - sheet.from)) * sheet.width
}

export function yOf(sheet: Sheet, value: number): number {
  return sheet.top + (1 - (value - sheet.low) / (sheet.high - sheet.low)) * sheet.height
}

/** Draw inside the sheet only. */
export function within(sheet: Sheet, draw: () => void): void {
  const { ctx } = sheet
  ctx.save()
  ctx.beginPath()
  ctx.rect(sheet.left, sheet.top, sheet.width, sheet.height)
  ctx.clip()
  draw()
  ctx.restore()
}

/** Set the font to `size` CSS pixels. */
export function font(sheet: Sheet, size: number, weight = 400): void {
  sheet.ctx.font = `${weight} ${size * sheet.px}px ${sheet.look.family}`
}

/** The text cut so that it fits into `width` canvas pixels, with an ellipsis if it had to be. */
export function fitted(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text
  let [least, most] = [0, text.length]
  while (least < most) {
    const middle = (least + most + 1) >> 1
    if (ctx.measureText(`${text.slice(0, middle)}…`).width <= width) least = middle
    else most = middle - 1
  }
  return `${text.slice(0, least)}…`
}

/** Text on a piece of paper, so that a line behind it does not cross it. */
export function note(sheet: Sheet, text: string, left: number, middle: number): void {
  const { ctx, look, px } = sheet
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  const { width } = ctx.measureText(text)
  const colour = ctx.fillStyle
  ctx.globalAlpha = 0.82
  ctx.fillStyle = look.paper
  ctx.fillRect(left - 2 * px, middle - 6.5 * px, width + 4 * px, 13 * px)
  ctx.globalAlpha = 1
  ctx.fillStyle = colour
  ctx.fillText(text, left, middle)
}

const patterns = new Map<string, HTMLCanvasElement>()

/** Slanting stripes in the colour of doubt, as the hatch of the rest of the page. */
export function hatch(sheet: Sheet): CanvasPattern | string {
  const { look, px } = sheet
  const key = `${look.doubt} ${px}`
  let tile = patterns.get(key)
  if (!tile) {
    tile = stripes(look.doubt, px)
    patterns.clear()
    patterns.set(key, tile)
  }
  return sheet.ctx.createPattern(tile, 'repeat') ?? look.doubt
}

function stripes(colour: string, px: number): HTMLCanvasElement {
  const tile = document.createElement('canvas')
  const side = Math.round(8 * px)
  tile.width = tile.height = side
  const ctx = tile.getContext('2d')
  if (!ctx) return tile
  ctx.globalAlpha = 0.3
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.6 * px
  ctx.beginPath()
  for (const shift of [-side, 0, side]) {
    ctx.moveTo(shift - side, side * 2)
    ctx.lineTo(shift + side * 2, -side)
  }
  ctx.stroke()
  return tile
}
