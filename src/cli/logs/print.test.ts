import { expect, it } from 'vitest'
import { stripStyles } from '../output/text.ts'
import { openStyle } from '../output/style.ts'
import type { LogEntry } from './entry.ts'
import { formatEntry } from './print.ts'

const line = (process: string, container?: string): LogEntry => ({
  kind: 'log',
  time: '',
  process,
  pod: `shop-${process}-7d9f-x2x4k`,
  ...(container !== undefined && { container }),
  text: 'hello',
})
const plain = openStyle({ terminal: false, env: {} })
const coloured = openStyle({ terminal: true, env: {} })

it.each<[LogEntry, string]>([
  [line('web'), 'web.x2x4k | hello'],
  [line('worker', 'proxy'), 'worker.x2x4k/proxy | hello'],
  [{ kind: 'event', time: '', tone: 'bad', reason: 'Ready', text: 'v2 failed: so' }, '=> v2 failed: so'],
])('writes an entry without colours in a pipe: %j', (entry, text) => {
  expect(formatEntry(entry, plain)).toBe(text)
  expect(formatEntry(entry, coloured)).not.toBe(text)
  expect(stripStyles(formatEntry(entry, coloured))).toBe(text)
})

it('gives web a colour that no other process has, and each its own one always', () => {
  const colour = (process: string) => formatEntry(line(process), coloured).split(process)[0]
  const others = Array.from({ length: 50 }, (_, index) => colour(`worker${index}`))
  expect(others).not.toContain(colour('web'))
  expect(new Set(others).size).toBeGreaterThan(2)
  expect(others).toEqual(Array.from({ length: 50 }, (_, index) => colour(`worker${index}`)))
})
