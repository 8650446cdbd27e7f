/** Scenarios for the golden file of server-side apply: a few managers who apply and update one object. Made from a seed,
 *  so that recording again gives the same. */

export interface Step {
  operation: 'apply' | 'update'
  manager: string
  force: boolean
  object: Tree
}

type Tree = Record<string, unknown>

export function makeScenarios(count: number, seed: number): Step[][] {
  const random = new Random(seed)
  return Array.from({ length: count }, () => Array.from({ length: 2 + random.below(4) }, () => makeStep(random)))
}

function makeStep(random: Random): Step {
  const applies = random.below(3) > 0
  return {
    operation: applies ? 'apply' : 'update',
    manager: applies ? random.pick(['a1', 'a2', 'a3']) : random.pick(['u1', 'u2']),
    force: random.below(2) === 0,
    object: makeObject(random, { depth: 2, duplicates: !applies }),
  }
}

interface Shape {
  depth: number
  /** Lists may have an item twice, as objects may that were not applied. */
  duplicates: boolean
}

function makeObject(random: Random, { depth, duplicates }: Shape): Tree {
  const object: Tree = {}
  const some = (name: string, make: () => unknown) => {
    if (random.below(4) === 0) object[name] = random.below(25) === 0 ? null : make()
  }
  const words = (from: readonly string[]) =>
    Object.fromEntries(random.some(from).map((key) => [key, random.pick(['1', '2'])]))
  const inner = () => makeObject(random, { depth: depth - 1, duplicates })
  some('num', () => random.below(3))
  some('str', () => random.pick(['a', 'b']))
  some('bool', () => random.below(2) === 0)
  some('alist', () => random.some(['a', 'b'], true))
  some('set', () => random.some(['a', 'b', 'c', '<d>'], duplicates))
  some('nset', () => random.some([1, 2, 10], duplicates))
  some('map', () => words(['x', 'y', 'z']))
  some('amap', () => words(['x', 'y', 'z']))
  some('any', () => makeAny(random, 2))
  some('aany', () => makeAny(random, 2))
  if (depth === 0) return object
  some('child', inner)
  some('mapOfMaps', () => Object.fromEntries(random.some(['x', 'y']).map((name) => [name, inner()])))
  some('items', () =>
    random.some(['p', 'q', 'r', 's'], duplicates).map((name) => ({
      name,
      ...(random.below(2) === 0 && { value: random.pick(['1', '2']) }),
      ...(random.below(3) === 0 && { sub: inner() }),
    })),
  )
  some('ports', () =>
    random.some([80, 443, 8080], duplicates).map((port) => ({
      port,
      ...(random.below(2) === 0 && { protocol: 'TCP' }),
      ...(random.below(2) === 0 && { name: random.pick(['w', 'v']) }),
    })),
  )
  return object
}

function makeAny(random: Random, depth: number): unknown {
  const form = random.below(depth > 0 ? 5 : 2)
  if (form === 0) return random.below(3)
  if (form === 1) return random.pick(['a', 'b'])
  if (form === 2) return random.some(['a', 'b'], true)
  return Object.fromEntries(random.some(['x', 'y']).map((name) => [name, makeAny(random, depth - 1)]))
}

/** Mulberry32. */
class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % limit
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  /** Some of them in any order, now and then one twice. */
  some<T>(from: readonly T[], duplicates = false): T[] {
    const taken: T[] = []
    for (const one of from) if (this.below(2) === 0) taken.splice(this.below(taken.length + 1), 0, one)
    if (duplicates && taken.length > 0 && this.below(3) === 0) taken.push(this.pick(taken))
    return taken
  }
}
