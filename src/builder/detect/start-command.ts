/** How the process starts. A simple command becomes an argument list, so that signals reach the app itself; what needs
 *  a shell gets one that replaces itself with the app. */
import type { PackageJson } from './package-json.ts'

/** The absolute path of node in images. */
export const NODE_PATH = '/usr/local/bin/node'

/** Anything a shell would act on. */
const SHELL_SYNTAX = /[|&;<>()$`*?[\]#~{}\n!]/

/** `npm start`, `npm run x`, `pnpm x`, `yarn x`: what they run is resolved from package.json instead. */
const SCRIPT_CALL =
  /^(?:(?:npm|pnpm|yarn) (?:run|run-script) ([\w:.-]+)|(?:npm|pnpm|yarn) (start)|(?:pnpm|yarn) ([\w:.-]+))$/

/** The argument list for a line from a Procfile or a script. Script calls are followed up to ten deep. */
export function toArguments(line: string, manifest: PackageJson | undefined): readonly string[] {
  const resolved = resolveScripts(line.trim(), manifest, 10)
  const words = splitWords(resolved)
  if (words === undefined || /^\w+=/.test(resolved)) return ['/bin/sh', '-c', withExec(resolved)]
  const [program = '', ...rest] = words
  return program === 'node' ? [NODE_PATH, ...rest] : ['/bin/sh', '-c', `exec ${resolved}`]
}

/** The command behind `npm start` and its like, with its `pre` script before it. */
function resolveScripts(line: string, manifest: PackageJson | undefined, depth: number): string {
  const match = SCRIPT_CALL.exec(line.replace(/\s+/g, ' '))
  const name = match?.[1] ?? match?.[2] ?? match?.[3]
  if (name === undefined || manifest === undefined || depth === 0) return line
  const script = manifest.scripts[name]
  if (script === undefined) return line
  const main = resolveScripts(script.trim(), manifest, depth - 1)
  const before = manifest.scripts[`pre${name}`]
  return before === undefined ? main : `${resolveScripts(before.trim(), manifest, depth - 1)} && ${main}`
}

/** Words of a command without shell syntax, quotes taken off; undefined when it needs a shell. */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = []
  const pattern = /\s*(?:'([^']*)'|"([^"\\$`]*)"|([^\s'"\\]+))(?=\s|$)/y
  const text = line.trim()
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text)
    if (match === null) return undefined
    const bare = match[3]
    if (bare !== undefined && SHELL_SYNTAX.test(bare)) return undefined
    words.push(match[1] ?? match[2] ?? bare ?? '')
  }
  return words.length === 0 ? undefined : words
}

/** Puts `exec` before a single command; a list keeps its shell for all but the last. */
function withExec(line: string): string {
  const last = Math.max(line.lastIndexOf('&&'), line.lastIndexOf(';'))
  const head = last < 0 ? '' : line.slice(0, last + (line[last] === ';' ? 1 : 2))
  const tail = line.slice(head.length).trim()
  const isPlain =
    !/[|&;<(){}]|\n/.test(tail) &&
    !/^(?:exec|if|for|while|case|cd|set|export|source|\.|exit|trap|!)\b/.test(tail) &&
    tail !== ''
  const quotesClosed = [head, tail].every(
    (part) => (part.match(/'/g)?.length ?? 0) % 2 === 0 && (part.match(/"/g)?.length ?? 0) % 2 === 0,
  )
  if (!isPlain || !quotesClosed || /[(`{]|<<|\b(?:if|for|while|case)\b/.test(head) || head.includes('||')) return line
  const separator = head === '' ? '' : `${head} `
  return /^\w+=/.test(tail)
    ? `${separator}${tail.replace(/^((?:\w+=\S*\s+)+)/, 'exec env $1')}`
    : `${separator}exec ${tail}`
}
