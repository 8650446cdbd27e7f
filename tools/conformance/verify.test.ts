import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { FIXED_PART } from './fixed-part.ts'
import { differences, isVerifiedInCi, TOO_LONG } from './verify.ts'

describe('what CI verifies', () => {
  it.each([
    ['all of a group that the API alone answers', '[sig-auth] ServiceAccounts should update a ServiceAccount', true],
    ['but for what waits for minutes', '[sig-api-machinery] Servers should expire tokens [Slow]', false],
    ['what the fixed part names', '[sig-network] DNS should provide DNS for services', true],
    ['nothing else of those groups', '[sig-network] DNS should provide DNS for the cluster', false],
    ['in its own group alone', '[sig-node] DNS should provide DNS for services', false],
  ])('is %s', (_, test, isVerified) => {
    expect(isVerifiedInCi(`${test} [Conformance]`)).toBe(isVerified)
  })

  it.each(Object.entries(FIXED_PART))('of %s are tests that the table has, and as passed', async (group, part) => {
    const sections = (await readFile('docs/conformance.md', 'utf8')).split(/^## sig-/m)
    const lines = sections.find((section) => section.startsWith(`${group}:`))?.split('\n')
    expect(lines).toEqual(expect.arrayContaining(Object.keys(part).map((test) => `| ${test} | passed |`)))
    expect(Object.keys(part).filter((test) => test.includes('[Slow]'))).toEqual([])
  })

  it.each(TOO_LONG)('leaves out %s, which the table has', async (left) => {
    const lines = (await readFile('docs/conformance.md', 'utf8')).split('\n')
    expect(lines.filter((line) => line.startsWith('| ') && left.test(line))).not.toEqual([])
  })

  it('is whether tests pass, not in which words they fail', () => {
    const table = new Map([
      ['a', 'passed'],
      ['b', 'it broke'],
      ['c', 'it broke'],
      ['d', 'passed'],
    ])
    const run = [
      { test: 'a', outcome: 'passed', seconds: 1 },
      { test: 'b', outcome: 'it broke otherwise', seconds: 1 },
      { test: 'c', outcome: 'passed', seconds: 1 },
      { test: 'd', outcome: 'timed out', seconds: 1 },
    ]
    expect(differences(table, run)).toEqual([
      'c\n  table: it broke\n  run:   passed',
      'd\n  table: passed\n  run:   timed out',
    ])
  })
})
