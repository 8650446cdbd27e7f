/** Errors of a compilation, worded and drawn as Kubernetes' users know them. Source: cel-go v0.26, common/error.go. */
import type { SourceText } from './syntax/source-text.ts'

export interface Issue {
  /** Offset in code points; -1: nowhere in particular. */
  at: number
  message: string
}

const MAX_ISSUES = 100
const MAX_SNIPPET = 16_384

/** All issues in order of place: `ERROR: <input>:1:5: …`, each with its line and a mark below the column. */
export function formatIssues(source: SourceText, issues: readonly Issue[]): string {
  // Of no text at all there is no column to point at.
  const nowhere = source.text === '' ? { line: 1, column: -1 } : undefined
  const placed = issues.slice(0, MAX_ISSUES).map((issue) => ({ ...issue, ...(nowhere ?? source.locate(issue.at)) }))
  placed.sort((a, b) => a.line - b.line || a.column - b.column)
  const lines = placed.map(({ line, column, message }) => {
    const head = `ERROR: <input>:${line}:${column + 1}: ${message}`
    const snippet = column < 0 ? undefined : source.line(line)
    return snippet === undefined || snippet.length > MAX_SNIPPET ? head : head + mark(snippet, column)
  })
  if (issues.length > MAX_ISSUES) lines.push(`${issues.length - MAX_ISSUES} more errors were truncated`)
  return lines.join('\n')
}

function mark(line: string, column: number): string {
  const characters = Array.from(line.replaceAll('\t', ' '))
  const dots = characters.slice(0, Math.max(column, 0)).map((character) => (isWide(character) ? '\uff0e' : '.'))
  const under = characters[column]
  return `\n | ${characters.join('')}\n | ${dots.join('')}${under !== undefined && isWide(under) ? '\uff3e' : '^'}`
}

const isWide = (character: string): boolean => (character.codePointAt(0) ?? 0) > 0x7f
