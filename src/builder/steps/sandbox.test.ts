import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

  it('shows a toolchain in place of the system, but the machine`s way to the network', async () => {
    const system = await mkdtemp(join(tmpdir(), 'naru-toolchain-'))
    try {
      for (const folder of ['usr/bin', 'etc/ssl', 'etc/maven']) await mkdir(join(system, folder), { recursive: true })
      await symlink('usr/bin', join(system, 'bin'))
      const args = sandboxed({ ...options, host, system }).args.join(' ')
      expect(args).toContain(`--ro-bind ${system}/usr /usr --symlink usr/bin /bin`)
      expect(args).toContain(`--ro-bind ${system}/etc/maven /etc/maven`)
      expect(args).toContain('--ro-bind-try /etc/ssl /etc/ssl')
      expect(args).not.toContain(`${system}/etc/ssl`)
      expect(args).not.toContain('/etc/ld.so.cache')
    } finally {
      await rm(system, { recursive: true })
    }
  })
})
