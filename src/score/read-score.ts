/** Reads a Score file: text in, a workload out that is as the specification says, with where each part of it stands. */
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Pair,
} from 'yaml'
import { type ScoreProblem, ScoreError } from './errors.ts'
import { type Complaint, fieldOf } from './path.ts'
import { check } from './specification/check.ts'
import { scoreV1b1 } from './specification/score-v1b1.ts'
import type { Workload } from './workload.ts'

export interface Score {
  workload: Workload
  /** The error for what else is found to be wrong; at least one complaint. */
  refuse: (complaints: readonly Complaint[]) => ScoreError
}

const MAX_CHARACTERS = 256 * 1024
/** What one reference may be used; more are bombs. */
const MAX_ALIASES = 100
/** Of text that is no YAML: all further ones tend to follow from the first. */
const MAX_YAML_PROBLEMS = 3

/** Throws ScoreError with all that is wrong. */
export function readScore(text: string): Score {
  if (text.length > MAX_CHARACTERS) throw whole(`is longer than ${MAX_CHARACTERS / 1024} KiB`)
  const lines = new LineCounter()
  const { document, value } = parse(text, lines)
  const locate = (complaint: Complaint): ScoreProblem => {
    const { line, col } = lines.linePos(offsetOf(document, complaint))
    return { line, column: col, field: fieldOf(complaint.path), message: complaint.message }
  }
  const refuse = (complaints: readonly Complaint[]) => new ScoreError(complaints.map(locate).toSorted(inOrder))
  const complaints = check(value, scoreV1b1)
  if (complaints.length > 0) throw refuse(complaints)
  return { workload: value as Workload, refuse }
}

const whole = (message: string, cause?: unknown) =>
  new ScoreError([{ line: 1, column: 1, field: '', message }], { cause })
const inOrder = (a: ScoreProblem, b: ScoreProblem) => a.line - b.line || a.column - b.column

function parse(text: string, lines: LineCounter): { document: Document; value: unknown } {
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
    const problems = document.errors.slice(0, MAX_YAML_PROBLEMS).map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0])
      return { line, column: col, field: '', message: `is not YAML: ${message}` }
    })
    if (problems.length > 0) throw new ScoreError(problems)
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    if (isEndless(value)) throw whole('has a part that has itself in it')
    return { document, value }
  } catch (error) {
    if (error instanceof ScoreError) throw error
    if (error instanceof RangeError) throw whole('is nested too deeply', error)
    if (error instanceof ReferenceError) throw whole('uses one of its parts too often', error)
    throw error
  }
}

/** What JSON has no words for: an alias within what it stands for. */
function isEndless(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return false
  } catch (error) {
    if (error instanceof TypeError) return true
    throw error
  }
}

/** Where the value at a path begins, or its name; else the nearest thing around it. */
function offsetOf(document: Document, { path, isOfName }: Complaint): number {
  let node: unknown = document.contents
  let offset = start(node) ?? 0
  for (const [depth, part] of path.entries()) {
    const collection = isAlias(node) ? node.resolve(document) : node
    if (!isCollection(collection)) return offset
    const isLast = depth === path.length - 1
    if (isMap(collection)) {
      const pair = collection.items.find((item) => nameOf(item) === String(part))
      if (pair === undefined) return offset
      offset = (isLast && isOfName ? start(pair.key) : (start(pair.value) ?? start(pair.key))) ?? offset
      node = pair.value
    } else if (isSeq(collection)) {
      node = collection.items[Number(part)]
      offset = start(node) ?? offset
    }
  }
  return offset
}

const nameOf = ({ key }: Pair<unknown, unknown>): string => String(isScalar(key) ? key.value : key)
const start = (node: unknown): number | undefined =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined
