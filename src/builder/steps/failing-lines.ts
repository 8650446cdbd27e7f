/** Of a failed command's output, what a person wants to see first. */

const SHOWN_LINES = 30

/** Lines that name the failure itself, most telling first. */
const TELLING: readonly RegExp[] = [
  /^(?:Uncaught )?(?:SyntaxError|ReferenceError|TypeError|RangeError)\b.*/,
  /^\S+\.[cm]?[jt]sx?[(:]\d+[,:]\d+\)?:? (?:- )?error\b.*/i,
  /^\[ERROR\] \S+\.(?:java|kt|scala|groovy):\[\d+,\d+\] .*/,
  /^(?:✘ )?\[?(?:vite|ERROR|error)\]?:? .*/,
  /Cannot find (?:module|package) .*/,
  /^npm (?:error|ERR!) (?!A complete log|code |path |command |errno ).*/,
  /^\s*ERR_PNPM_\S+.*/,
  /^(?:sh|bash): .*not found/,
  /\berror\b.*/i,
]

/** `/app/server.js:12` or `server.js:12:3`, on a line of its own: what Node prints above a syntax error. */
const LOCATION = /^(?:file:\/\/)?(\/?[\w@./-]+\.[cm]?[jt]sx?:\d+(?::\d+)?):?$/

/** What npm, Node.js and Maven add to every failure, whatever it is. */
const NOISE =
  /^(?:\[ERROR\] (?:COMPILATION ERROR|-> \[Help|To see the full stack|Re-run Maven|For more information|\[Help|After correcting)|\[(?:ERROR|INFO)\]\s*-*$|npm (?:error|ERR!)\s*$|npm (?:error|ERR!) A complete log|npm warn Unknown \w+ config|Node\.js v\d|\s+at .*\(node:internal\/)/

/** The telling line, with the place when one is named, and then the last lines. */
export function failingLines(lines: readonly string[]): string[] {
  const cleaned = lines
    .filter((line) => !NOISE.test(line))
    .map((line) => line.replaceAll('file:///app/', '').replaceAll('/app/', ''))
  const tail = cleaned.slice(-SHOWN_LINES)
  const telling = TELLING.map((pattern) => cleaned.find((line) => pattern.test(line))).find(
    (line) => line !== undefined,
  )
  if (telling === undefined) return tail
  const place = cleaned.map((line) => LOCATION.exec(line.trim())?.[1]).findLast((found) => found !== undefined)
  const first = place === undefined || telling.includes(place) ? telling.trim() : `${place}: ${telling.trim()}`
  return [first, ...tail]
}
