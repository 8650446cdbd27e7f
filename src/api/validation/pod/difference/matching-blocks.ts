/** What two texts have in common, as Python's difflib (and its translation to Go, which Kubernetes uses) finds it: the
 *  longest run of lines first, then what is before it and after it. Source: github.com/pmezard/go-difflib. */

export interface Block {
  /** Where it begins in the one text and in the other. */
  a: number
  b: number
  size: number
}

interface Range {
  fromA: number
  toA: number
  fromB: number
  toB: number
}

/** Lines that are all over a text of this many lines begin no run. */
const LONG = 200

/** In order, with an empty one at the end; none that touch. */
export function matchingBlocks(a: readonly string[], b: readonly string[]): Block[] {
  const places = placesOf(b)
  const found: Block[] = []
  const ranges: Range[] = [{ fromA: 0, toA: a.length, fromB: 0, toB: b.length }]
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const block = longestMatch(a, b, places, range)
    if (block.size === 0) continue
    found.push(block)
    ranges.push({ ...range, toA: block.a, toB: block.b })
    ranges.push({ ...range, fromA: block.a + block.size, fromB: block.b + block.size })
  }
  found.sort((left, right) => left.a - right.a)
  const joined: Block[] = []
  for (const block of found) {
    const last = joined.at(-1)
    if (last !== undefined && last.a + last.size === block.a && last.b + last.size === block.b) last.size += block.size
    else joined.push({ ...block })
  }
  return [...joined, { a: a.length, b: b.length, size: 0 }]
}

function placesOf(lines: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  lines.forEach((line, index) => {
    const known = places.get(line)
    if (known === undefined) places.set(line, [index])
    else known.push(index)
  })
  const most = Math.floor(lines.length / 100) + 1
  if (lines.length >= LONG) for (const [line, { length }] of places) if (length > most) places.delete(line)
  return places
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  { fromA, toA, fromB, toB }: Range,
): Block {
  const best: Block = { a: fromA, b: fromB, size: 0 }
  let lengths = new Map<number, number>()
  for (let i = fromA; i < toA; i++) {
    const next = new Map<number, number>()
    for (const j of places.get(a[i] ?? '') ?? []) {
      if (j < fromB) continue
      if (j >= toB) break
      const size = (lengths.get(j - 1) ?? 0) + 1
      next.set(j, size)
      if (size > best.size) Object.assign(best, { a: i - size + 1, b: j - size + 1, size })
    }
    lengths = next
  }
  while (best.a > fromA && best.b > fromB && a[best.a - 1] === b[best.b - 1])
    Object.assign(best, { a: best.a - 1, b: best.b - 1, size: best.size + 1 })
  while (best.a + best.size < toA && best.b + best.size < toB && a[best.a + best.size] === b[best.b + best.size])
    best.size += 1
  return best
}
