import { expect, test } from 'vitest'
import { toKubernetesTime } from './clock.ts'

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [999, '1970-01-01T00:00:00Z'],
  [1000, '1970-01-01T00:00:01Z'],
  [1_700_000_000_999, '2023-11-14T22:13:20Z'],
  [1_700_000_000_000, '2023-11-14T22:13:20Z'],
  [-1, '1969-12-31T23:59:59Z'],
])('%d ms are written %s, whatever was written before', (epochMs, text) => {
  expect(toKubernetesTime(epochMs)).toBe(text)
  toKubernetesTime(epochMs + 60_000)
  expect(toKubernetesTime(epochMs)).toBe(text)
})
