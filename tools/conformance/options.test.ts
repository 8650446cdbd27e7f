import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'
import { differences, isVerifiedInCi } from './verify.ts'

describe('the command line', () => {
  it('takes groups by either name, and patterns', () => {
    const options = parseOptions(['--group', 'sig-auth,api-machinery', '--group', 'node', '--focus', 'Pods.*run'])
    expect(options).toMatchObject({ groups: ['auth', 'api-machinery', 'node'], procs: 2, list: false, running: false })
    expect(options.focus?.test('Pods should run')).toBe(true)
  })

  it.each([
    [['--timeout', 'soon'], '--timeout takes a number from 1, not soon'],
    [['--procs', '0'], '--procs takes a number from 1, not 0'],
    [['--running', '--kubeconfig', 'x'], 'exclude each other'],
    [['--none'], 'Unknown option'],
    [['--focus', '('], 'Invalid regular expression'],
  ])('%j is refused', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message)
  })
})

describe('what CI verifies', () => {
  it('is what is done, but for tests that wait for minutes', () => {
    expect(isVerifiedInCi('[sig-auth] ServiceAccounts should update a ServiceAccount [Conformance]')).toBe(true)
    expect(isVerifiedInCi('[sig-api-machinery] Servers should expire tokens [Slow] [Conformance]')).toBe(false)
    expect(isVerifiedInCi('[sig-node] Pods should run [Conformance]')).toBe(false)
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
