import { describe, expect, it } from 'vitest'
import { sandboxed } from './sandbox.ts'

const options = {
  env: {},
  command: ['npm', 'ci'],
  appDir: '/cache/build/app',
  readOnly: ['/cache/build/bin'],
  writable: [],
  passwd: '/cache/build/passwd',
  userId: 65_532,
}
const host = {
  platform: 'linux' as const,
  arch: 'x64',
  isRoot: true,
  bwrap: '/usr/bin/bwrap',
  node: { version: '24.0.0', execPath: '/node' },
}

describe('sandboxed', () => {
  it('gives up root inside the sandbox when Naru is root', () => {
    const { file, args } = sandboxed({ ...options, host })
    expect(file).toBe('/usr/bin/bwrap')
    expect(args.slice(args.lastIndexOf('setpriv'))).toEqual([
      'setpriv',
      '--reuid=65532',
      '--regid=65532',
      '--clear-groups',
      '--inh-caps=-all',
      '--no-new-privs',
      '--',
      'npm',
      'ci',
    ])
    expect(args).not.toContain('--unshare-user')
  })

  it('uses a user namespace otherwise', () => {
    const { args } = sandboxed({ ...options, host: { ...host, isRoot: false } })
    expect(args).toContain('--unshare-user')
    expect(args).not.toContain('setpriv')
  })

  it('shows one writable folder and no home', () => {
    const { args } = sandboxed({ ...options, host })
    const writable = args.flatMap((word, index) => (word === '--bind' ? [args[index + 2]] : []))
    expect(writable).toEqual(['/app'])
    expect(args.filter((word) => word.startsWith('/root') || word === '/home')).not.toContain('/root')
    expect(args).toContain('--die-with-parent')
  })

  it('is the command itself without bubblewrap', () => {
    expect(sandboxed({ ...options, host: { ...host, bwrap: undefined } })).toEqual({ file: 'npm', args: ['ci'] })
  })
})
