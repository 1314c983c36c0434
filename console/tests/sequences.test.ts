import { describe, expect, test } from 'vitest'
import type { Demand } from '../src/api/types'
import { extended, inPlaces, newest, openFirst, refreshed } from '../src/plant/sequences'
import { demand } from './make'

/** Demands `dN`, the higher number later; each two share their moment. */
const some = (...numbers: number[]): Demand[] =>
  numbers.map((n) => demand({ id: `d${n}`, time: `2026-11-24T06:0${Math.floor(n / 2)}:00Z`, seq: n }))
const ids = (demands: readonly Demand[]) => demands.map(({ id }) => id)

describe('the first page read anew', () => {
  test('is followed by the older ones that were known', () => {
    const found = refreshed({ items: some(7, 6, 5), next: 'x' }, some(6, 5, 4, 3))
    expect(ids(found.items)).toEqual(['d7', 'd6', 'd5', 'd4', 'd3'])
    expect(found.isWhole).toBe(true)
  })

  test('of one moment the id says which is older', () => {
    const found = refreshed({ items: some(6, 5), next: 'x' }, some(5, 4))
    expect(ids(found.items)).toEqual(['d6', 'd5', 'd4'])
  })

  test('leaves out what was known where something between is not', () => {
    const found = refreshed({ items: some(9, 8), next: 'x' }, some(5, 4))
    expect(ids(found.items)).toEqual(['d9', 'd8'])
    expect(found.isWhole).toBe(false)
  })

  test('that is all there is leaves nothing of what was known', () => {
    expect(ids(refreshed({ items: some(9), next: null }, some(9, 4)).items)).toEqual(['d9'])
    expect(refreshed({ items: [], next: null }, some(4)).items).toEqual([])
  })

  test('brings the new contents', () => {
    const [first] = refreshed({ items: [demand({ id: 'd5', result: 'failed' })], next: null }, [
      demand({ id: 'd5', result: 'open' }),
    ]).items
    expect(first?.result).toBe('failed')
  })
})

test('a further page is put at the end, each once', () => {
  expect(ids(extended(some(5, 4), { items: some(4, 3), next: null }))).toEqual(['d5', 'd4', 'd3'])
})

test('those that go on come first', () => {
  const list = [demand({ id: 'a' }), demand({ id: 'b', result: 'open' }), demand({ id: 'c' })]
  expect(ids(openFirst(list))).toEqual(['b', 'a', 'c'])
})

test('a list that stands still keeps its places and takes new contents', () => {
  const now = [demand({ id: 'new' }), demand({ id: 'b', result: 'slow' }), demand({ id: 'a' })]
  const shown = inPlaces(['a', 'b', 'gone'], now)
  expect(ids(shown)).toEqual(['a', 'b'])
  expect(shown[1]?.result).toBe('slow')
})

test('of two answers the one of the later entry counts', () => {
  const [older, later] = [demand({ seq: 3 }), demand({ seq: 4 })]
  expect(newest(older, later)).toBe(later)
  expect(newest(later, older)).toBe(later)
  expect(newest(undefined, older)).toBe(older)
  expect(newest(undefined, undefined)).toBeUndefined()
})
