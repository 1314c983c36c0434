const UNIT_SIGNS: Record<string, string> = {
  degC: '°C',
  degF: '°F',
  'm3/h': 'm³/h',
  'm3/s': 'm³/s',
  m3: 'm³',
  m2: 'm²',
  'mg/m3': 'mg/m³',
  percent: '%',
}

/** The unit as people write it; nothing for a discrete signal. */
export function unitText(unit: string | null): string {
  return unit === null ? '' : (UNIT_SIGNS[unit] ?? unit)
}

/** How many decimals a value needs so that its nearness to a limit can be seen. */
export function decimalsFor(span: number): number {
  if (span <= 1) return 3
  if (span <= 10) return 2
  return span <= 1000 ? 1 : 0
}

/** A number with fixed decimals; a number without a known range in four significant digits. */
export function numberText(value: number, span: number | null): string {
  if (span === null) return String(Number(value.toPrecision(4)))
  const text = value.toFixed(decimalsFor(span))
  return Number(text) === 0 ? text.replace('-', '') : text
}
