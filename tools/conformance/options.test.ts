import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'

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
