import { describe, expect, it } from 'vitest'
import { ScoreError, type ScoreProblem } from './errors.ts'
import { parsePlaceholders } from './placeholders.ts'
import { readScore } from './read-score.ts'

function problemsOf(text: string): readonly ScoreProblem[] {
  try {
    readScore(text)
    return []
  } catch (error) {
    if (error instanceof ScoreError) return error.problems
    throw error
  }
}

describe('a Score file that is no workload', () => {
  it.each([
    ['', 'must be a mapping, not nothing'],
    ['- a', 'must be a mapping, not a list'],
    ['['.repeat(20_000), 'is not YAML: Maximum call stack size exceeded'],
    [' '.repeat(300_000), 'is longer than 256 KiB'],
    [
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      'uses one of its parts too often',
    ],
    ['a: &a { b: [*a] }', 'has a part that has itself in it'],
  ])('is refused: %#', (text, message) => {
    expect(problemsOf(text).map((problem) => problem.message)).toContain(message)
  })

  it('is refused where it is no YAML', () => {
    const text = 'metadata: { name: one }\nmetadata: { name: two }\ncontainers: { main: { image: .\n'
    expect(problemsOf(text).map(({ line, column, message }) => [line, column, message])).toEqual([
      [2, 1, 'is not YAML: Map keys must be unique'],
      [4, 1, expect.stringMatching(/^is not YAML: Flow map in block collection/)],
      [4, 1, expect.stringMatching(/^is not YAML: /)],
    ])
  })
  it('is refused at the name of a field that another one takes from', () => {
    const text = 'apiVersion: score.dev/v1b1\nmetadata: &m { name: shop }\ncontainers: { web: *m }\n'
    expect(problemsOf(text)).toMatchObject([
      { line: 2, field: 'containers.web.name' },
      { line: 3, field: 'containers.web', message: 'has no image' },
    ])
  })
})

describe('placeholders', () => {
  it.each([
    ['plain', [{ text: 'plain' }]],
    ['', []],
    ['${a.b}', [{ reference: ['a', 'b'], written: '${a.b}' }]],
    ['x${a}y', [{ text: 'x' }, { reference: ['a'], written: '${a}' }, { text: 'y' }]],
    ['$${a}', [{ text: '${a}' }]],
    ['$$${a}', [{ text: '$' }, { reference: ['a'], written: '${a}' }]],
    ['$$$$', [{ text: '$$' }]],
    ['$x ${a', [{ text: '$x ${a' }]],
    ['${a\\.b.c}', [{ reference: ['a.b', 'c'], written: '${a\\.b.c}' }]],
  ])('of %j', (text, parts) => expect(parsePlaceholders(text)).toEqual(parts))
})
