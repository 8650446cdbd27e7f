/** Regular expressions from users, kept to those that cannot hold up the process.
 *
 *  JavaScript's matcher backtracks, so a pattern like `(a+)+` takes exponential time. Allowed: characters, classes,
 *  groups and alternatives that are not repeated, and few repetitions of single characters or classes. With texts of
 *  at most 512 characters the worst that is left takes milliseconds. */

const MOST_REPETITIONS = 3
const MOST_OPTIONAL = 6

/** The pattern, anchored at both ends as Gateway API implementations do; or why it cannot be used. */
export function compilePattern(source: string): { pattern: RegExp } | { problem: string } {
  const problem = dangerIn(source)
  if (problem !== undefined) return { problem: `the regular expression ${JSON.stringify(source)} ${problem}` }
  try {
    return { pattern: new RegExp(`^(?:${source})$`, 'u') }
  } catch {
    return { problem: `${JSON.stringify(source)} is not a valid regular expression` }
  }
}

function dangerIn(source: string): string | undefined {
  if (source.length > 256) return 'is longer than 256 characters'
  const plain = source.replace(/\\[dDwWsSpPbB./\-\\()[\]{}^$*+?|]/g, 'x').replace(/\[[^\]]*\]/g, 'x')
  if (/\\/.test(plain)) return 'uses an escape that is not supported (such as a back-reference)'
  if (/\(\?(?!:)/.test(plain)) return 'uses look-around or named groups, which are not supported'
  if (/\)[*+{]/.test(plain)) return 'repeats a group, which could take unlimited time'
  if ((plain.match(/[*+{]/g)?.length ?? 0) > MOST_REPETITIONS) return `has more than ${MOST_REPETITIONS} repetitions`
  if ((plain.match(/\?/g)?.length ?? 0) > MOST_OPTIONAL) return `has more than ${MOST_OPTIONAL} optional parts`
  return undefined
}
