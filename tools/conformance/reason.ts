/** Why a test does not pass, in one line that is the same when the same test fails the same way again: names, addresses,
 *  times and identifiers that a run makes up are taken out of the suite's words. Pure. */

const LIMIT = 160

/** Go writes a struct whole; its type is enough. */
const GO_STRUCT = /&?([\w.]+)\{.*$/

const MADE_UP: readonly RegExp[] = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
  /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*/g,
  /\b(?:\d+m)?\d+(?:\.\d+)?(?:ms|µs|s)\b/g,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g,
  /\b0x[0-9a-f]+\b/g,
  // The end of `subjectreview-4757`, of `webhook-k7x2f`.
  /(?<=-)(?=[a-z]*\d)[a-z0-9]{4,10}\b/g,
  /\b\d{4,}\b/g,
]

/** Openings that say nothing by themselves. */
const EMPTY_WORDS = /^(?:unexpected error:?|told to stop trying.*|error:?|expected success, but got an error:?)$/i

/** `message` is the failure's own text. */
export function stableReason(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  const first = lines.findIndex((line) => line !== '' && !EMPTY_WORDS.test(line))
  // Gomega says on the next lines what it expected and got.
  let text = lines[first] === 'Expected' ? lines.slice(first).join(' ') : (lines[first] ?? 'failed without a word')
  text = text.replace(GO_STRUCT, '$1{…}')
  for (const pattern of MADE_UP) text = text.replace(pattern, '…')
  text = text.replace(/\s+/g, ' ').replace(/[:;,. ]+$/, '')
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1).trimEnd()}…`
}
