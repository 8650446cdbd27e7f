import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOT_ATTEMPTED, parseTable, PASSED, renderTable } from './table.ts'

const tests = [
  '[sig-node] Pods should run [Conformance]',
  '[sig-apps] Job should count a|b \\ c [Conformance]',
  '[sig-node] Pods should stop [NodeConformance] [Conformance]',
]

test('what is rendered reads back as the same outcomes', () => {
  const word = fc.stringMatching(/^[!-~][ -~]{0,60}[!-~]$/).filter((text) => !/^-+$/.test(text))
  fc.assert(
    fc.property(fc.tuple(word, word, word), (outcomes) => {
      const given = new Map(tests.map((name, index) => [name, outcomes[index] ?? '']))
      expect(parseTable(renderTable(given), tests)).toEqual(given)
    }),
  )
})

test('a test the table does not know is not attempted yet', () => {
  expect(parseTable('', tests).get(tests[0] ?? '')).toBe(NOT_ATTEMPTED)
})

test('counts are by group, in the order of the tests', () => {
  const text = renderTable(
    new Map(tests.map((name, index) => [name, [PASSED, 'it broke', NOT_ATTEMPTED][index] ?? ''])),
  )
  expect(text).toContain('| sig-node | 2 | 1 | 0 | 1 |\n| sig-apps | 1 | 0 | 1 | 0 |\n| all | 3 | 1 | 1 | 1 |')
  expect(text).toContain('## sig-node: 1 of 2')
})
