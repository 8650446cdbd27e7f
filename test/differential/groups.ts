/** Many differences, told by what is the same in them. Pure. */
import type { Difference } from './compare.ts'

export interface Group {
  /** What differs, without the values. */
  what: string
  count: number
  /** Names of cases. */
  examples: string[]
  difference: Difference
}

const EXAMPLES = 3

/** Groups by kind and difference. */
export class Groups {
  readonly #groups = new Map<string, Group>()

  add(of: string, name: string, difference: Difference): void {
    const { path, ours = 'nothing', theirs = 'nothing' } = difference
    const what = `${of} | ${bare(path)} | ${bare(theirs)} | ${bare(ours)}`
    const group = this.#groups.get(what) ?? { what, count: 0, examples: [], difference }
    group.count += 1
    if (group.examples.length < EXAMPLES) group.examples.push(name)
    this.#groups.set(what, group)
  }

  /** What was added since the last time, in that order. */
  take(): readonly Group[] {
    const taken = [...this.#groups.values()]
    this.#groups.clear()
    return taken
  }
}

/** Without what was sent: quoted texts, numbers, objects. */
const bare = (text: string) =>
  text
    .replaceAll(/Invalid value: .*?(?=: [a-z])/g, 'Invalid value')
    .replaceAll(/\\"(?:[^"\\]|\\\\.)*\\"|"[^"]{0,400}"/g, '""')
    .replaceAll(/-?\d+(\.\d+)?/g, 'N')
