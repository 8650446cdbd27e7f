import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'

describe('the command line', () => {
  it('takes groups by either name, and patterns', () => {
    const options = parseOptions(['--group', 'sig-auth,api-machinery', '--group', 'node', '--focus', 'Pods.*run'])
    expect(options).toMatchObject({ groups: ['auth', 'api-machinery', 'node'], procs: 2, list: false, running: false })
    expect(options.focus?.test('Pods should run')).toBe(true)
  })

  it('verifies in less time than a whole run has, and forgives what fails once', () => {
    expect(parseOptions([])).toMatchObject({ procs: 2, attempts: 1, timeoutMinutes: 360 })
    expect(parseOptions(['--verify'])).toMatchObject({ procs: 3, attempts: 2, timeoutMinutes: 20 })
    expect(parseOptions(['--verify', '--procs', '1'])).toMatchObject({ procs: 1, attempts: 2 })
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
