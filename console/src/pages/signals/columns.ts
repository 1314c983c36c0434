/** What a table of signals may tell of each. */
export const COLUMNS = [
  'signal',
  'equipment',
  'value',
  'limits',
  'quality',
  'age',
  'device',
] as const

export type Column = (typeof COLUMNS)[number]
