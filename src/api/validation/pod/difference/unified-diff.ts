/** Two texts' difference as `diff -u` writes it, without the heads. Source: github.com/pmezard/go-difflib. */
import { matchingBlocks } from './matching-blocks.ts'

/** Lines of both texts: `aFrom` up to `aTo`, `bFrom` up to `bTo`. */
interface Step {
  isSame: boolean
  aFrom: number
  aTo: number
  bFrom: number
  bTo: number
}

const CONTEXT = 3

/** Empty where there is none. Each line ends in a line feed. */
export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')]
  return groups(steps(a, b))
    .map((group) => printed(group, a, b))
    .join('')
}

function steps(a: readonly string[], b: readonly string[]): Step[] {
  const all: Step[] = []
  let [i, j] = [0, 0]
  for (const block of matchingBlocks(a, b)) {
    if (i < block.a || j < block.b) all.push({ isSame: false, aFrom: i, aTo: block.a, bFrom: j, bTo: block.b })
    i = block.a + block.size
    j = block.b + block.size
    if (block.size > 0) all.push({ isSame: true, aFrom: block.a, aTo: i, bFrom: block.b, bTo: j })
  }
  return all
}

/** Changes with little in between are shown together. */
function groups(all: readonly Step[]): Step[][] {
  const found: Step[][] = []
  let group: Step[] = []
  all.forEach((step, index) => {
    if (!step.isSame) {
      group.push(step)
      return
    }
    const isFirst = index === 0
    const isLast = index === all.length - 1
    const head = {
      ...step,
      aTo: Math.min(step.aTo, step.aFrom + CONTEXT),
      bTo: Math.min(step.bTo, step.bFrom + CONTEXT),
    }
    const tail = {
      ...step,
      aFrom: Math.max(step.aFrom, step.aTo - CONTEXT),
      bFrom: Math.max(step.bFrom, step.bTo - CONTEXT),
    }
    if (isFirst) group.push(tail)
    else if (isLast) group.push(head)
    else if (step.aTo - step.aFrom > 2 * CONTEXT) {
      found.push([...group, head])
      group = [tail]
    } else group.push(step)
  })
  return [...found, group].filter((one) => one.some(({ isSame }) => !isSame))
}

function printed(group: readonly Step[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [group[0], group.at(-1)]
  if (first === undefined || last === undefined) return ''
  const lines = group.flatMap(({ isSame, aFrom, aTo, bFrom, bTo }) =>
    isSame
      ? a.slice(aFrom, aTo).map((line) => ` ${line}`)
      : [...a.slice(aFrom, aTo).map((line) => `-${line}`), ...b.slice(bFrom, bTo).map((line) => `+${line}`)],
  )
  const where = `@@ -${span(first.aFrom, last.aTo)} +${span(first.bFrom, last.bTo)} @@`
  return [where, ...lines].map((line) => `${line}\n`).join('')
}

function span(from: number, to: number): string {
  if (to - from === 1) return String(from + 1)
  return `${to === from ? from : from + 1},${to - from}`
}
