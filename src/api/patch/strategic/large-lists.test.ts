import { expect, it } from 'vitest'
import { pods } from '../../generated/resources.ts'
import { applyPatch } from '../index.ts'

it('lists with more elements than a call takes arguments are merged, and soon', () => {
  const many = (letter: string, length: number) => Array.from({ length }, (_, index) => ({ name: `${letter}${index}` }))
  const deleted = many('a', 25_000).map((container) => ({ ...container, $patch: 'delete' }))
  const began = performance.now()
  const target = { spec: { containers: many('a', 50_000) } }
  const patched = applyPatch('strategic', pods, target, { spec: { containers: [...many('b', 150_000), ...deleted] } })
  expect((patched as typeof target).spec.containers).toHaveLength(175_000)
  // Each compared with each it would take minutes.
  expect(performance.now() - began).toBeLessThan(5000)
})
