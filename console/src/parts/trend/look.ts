/** The page's colours as a canvas needs them; read again when the theme changes. */
export interface Look {
  series: readonly string[]
  ink: string
  quiet: string
  grid: string
  paper: string
  doubt: string
  family: string
}

export function readLook(): Look {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  return {
    series: [1, 2, 3, 4, 5, 6].map((n) => colour(`--trend-${n}`)),
    ink: colour('--ink'),
    quiet: colour('--ink-quiet'),
    grid: colour('--line'),
    paper: colour('--row'),
    doubt: colour('--doubt'),
    family: colour('--text-family'),
  }
}

/** Shapes beside the colours, so that lines can be told apart without them. */
export const SHAPES = ['circle', 'square', 'diamond', 'plus', 'cross', 'triangle'] as const
export type Shape = (typeof SHAPES)[number]

export function shapeOf(order: number): Shape {
  return SHAPES[order % SHAPES.length] as Shape
}

/** The outline of a shape around 0, 0 as SVG and canvas read it; `r` is about half its width. */
export function shapePath(shape: Shape, r: number): string {
  const thin = r * 0.38
  switch (shape) {
    case 'circle':
      return `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`
    case 'square':
      return `M${-r} ${-r}H${r}V${r}H${-r}Z`
    case 'diamond':
      return `M0 ${-r * 1.3}L${r * 1.3} 0L0 ${r * 1.3}L${-r * 1.3} 0Z`
    case 'triangle':
      return `M0 ${-r * 1.2}L${r * 1.2} ${r}H${-r * 1.2}Z`
    case 'plus':
      return plusPath(r * 1.2, thin)
    case 'cross':
      return crossPath(r, thin)
  }
}

function plusPath(r: number, w: number): string {
  return (
    `M${-w} ${-r}H${w}V${-w}H${r}V${w}H${w}V${r}H${-w}V${w}H${-r}V${-w}H${-w}Z`
  )
}

function crossPath(r: number, w: number): string {
  return (
    `M${-r} ${-r + w}L${-r + w} ${-r}L0 ${-w}L${r - w} ${-r}L${r} ${-r + w}L${w} 0` +
    `L${r} ${r - w}L${r - w} ${r}L0 ${w}L${-r + w} ${r}L${-r} ${r - w}L${-w} 0Z`
  )
}
