import { expect, it } from 'vitest'
import { formatCompletions } from './scripts.ts'

const words = [
  { value: 'shop', description: 'http://shop.localhost' },
  { value: 'v1=' },
  { value: 'a:b', description: 'x' },
]

it.each([
  ['bash', 'shop\nv1=\na:b\n\tfiles\n'],
  ['zsh', 'shop:http://shop.localhost\nv1=\na\\:b:x\n\tfiles\n'],
  ['fish', 'shop\thttp://shop.localhost\nv1=\na:b\tx\n\tfiles\n'],
] as const)('%s is answered in its own way', (shell, expected) => {
  expect(formatCompletions(shell, { words, paths: 'files' })).toBe(expected)
  expect(formatCompletions(shell, { words: [], paths: undefined })).toBe('')
})
