import { describe, expect, it } from 'vitest'
import type { AnyObject } from './any-object.ts'
import { countGeneration } from './metadata.ts'

const object = (spec: object): AnyObject => ({ metadata: { name: 'a', generation: 3 }, spec })

function generation(from: object, to: object): number | undefined {
  const changed = object(to)
  countGeneration(changed, object(from), { countsGenerations: true })
  return changed.metadata.generation
}

describe('generations', () => {
  it('count changes of what is asked for', () => {
    expect(generation({ a: 1 }, { a: 2 })).toBe(4)
    expect(generation({ a: [1] }, { a: [] })).toBe(4)
  })

  it('do not count a list that is empty instead of missing', () => {
    expect(generation({ b: [{ c: 1 }] }, { a: [], b: [{ c: 1, d: [] }] })).toBe(3)
  })
})
