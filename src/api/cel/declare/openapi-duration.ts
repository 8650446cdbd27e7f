/** Durations of the `duration` format: Go's, and `3 days`. Source: k8s.io/kube-openapi, pkg/validation/strfmt. */
import { parseGoDuration } from '../values/time.ts'

const SECOND = 1_000_000_000n
/** The last name of each may go on as it likes: `seconds`. */
const UNITS: readonly { nanos: bigint; words: readonly string[]; start: string }[] = [
  { nanos: 1n, words: ['ns'], start: 'nano' },
  { nanos: 1000n, words: ['us', 'µs'], start: 'micro' },
  { nanos: 1_000_000n, words: ['ms'], start: 'milli' },
  { nanos: SECOND, words: ['s'], start: 'sec' },
  { nanos: 60n * SECOND, words: ['m'], start: 'min' },
  { nanos: 3600n * SECOND, words: ['h', 'hr'], start: 'hour' },
  { nanos: 86_400n * SECOND, words: ['d'], start: 'day' },
  { nanos: 604_800n * SECOND, words: ['w', 'wk'], start: 'week' },
]

/** In nanoseconds. */
export function parseOpenApiDuration(text: string): bigint | undefined {
  const plain = parseGoDuration(text)
  if (plain !== undefined) return plain
  let total: bigint | undefined
  // Bounded, so that a long text of digits is not gone through from each of them.
  for (const [, digits = '0', word = ''] of text.matchAll(/(?<!\d)(\d{1,18})\s{0,100}([A-Za-zµ]+)/g)) {
    const lower = word.toLowerCase()
    const unit = UNITS.find(({ words, start }) => words.includes(lower) || lower.startsWith(start))
    if (unit !== undefined) total = (total ?? 0n) + BigInt(digits) * unit.nanos
  }
  return total === undefined ? undefined : BigInt.asIntN(64, total)
}
