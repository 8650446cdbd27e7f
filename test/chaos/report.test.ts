import { expect, it } from 'vitest'
import { table, withSection } from './report.ts'

it('begins a document, adds to it, and replaces a section alone', () => {
  const one = withSection('', 'One', 'first')
  expect(one).toMatch(/^# Chaos\n\n[^#]+\n\n## One\n\nfirst\n$/)
  const two = withSection(one, 'Two', 'second')
  expect(two).toBe(`${one}\n## Two\n\nsecond\n`)
  expect(withSection(two, 'One', 'third\n')).toBe(two.replace('first', 'third'))
  expect(withSection(two, 'Two', 'second')).toBe(two)
})

it('writes rows', () => {
  expect(table([['a', '1']], ['what', 'how many'])).toBe('| what | how many |\n|---|---|\n| a | 1 |')
})
