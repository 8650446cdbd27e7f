import { describe, expect, it } from 'vitest'
import { parseArchives, parsePolicy, parseUris } from './apt-output.ts'
import { mergePath } from './read-deb.ts'
import { stubStatus } from './stub-status.ts'

const hex = '4b'.repeat(32)

describe('what apt prints', () => {
  it('parsePolicy gives the names that can be installed', () => {
    const text =
      'libssl3:\n  Installed: (none)\n  Candidate: 3.0.22\n  Version table:\n     3.0.22 500\nlibssl3t64:\n  Installed: (none)\n  Candidate: (none)\n'
    expect([...parsePolicy(text)]).toEqual(['libssl3'])
  })

  it('parseUris gives names, file names and digests, and skips what has no SHA-256', () => {
    const text = [
      `'http://mirror/pool/b/busybox_1.35.0-4%2bb1_amd64.deb' busybox_1%3a1.35.0-4+b1_amd64.deb 452120 SHA256:${hex}`,
      `'http://mirror/x_1_all.deb' x_1_all.deb 1 MD5Sum:abc`,
      'W: noise',
    ].join('\n')
    expect(parseUris(text)).toEqual([{ name: 'busybox', fileName: 'busybox_1%3a1.35.0-4+b1_amd64.deb', sha256: hex }])
  })

  it('parseArchives gives the names of a closure, with and without digests', () => {
    const text = `'http://mirror/redis.deb' redis-tools_5%3a7.0.15_amd64.deb 991988 \n'http://mirror/x.deb' libx1_1_amd64.deb 5 SHA256:${hex}\nE: noise\n`
    expect(parseArchives(text)).toEqual(['redis-tools', 'libx1'])
  })

  it('stubStatus has the base with its versions, and what is done without newer than anything', () => {
    const base = [{ name: 'libc6', fileName: 'libc6_2%3a2.36-9_amd64.deb', sha256: hex }]
    const stanzas = stubStatus(base, ['python3'], 'amd64').split('\n\n')
    const versionOf = (name: string) =>
      stanzas.find((stanza) => stanza.startsWith(`Package: ${name}\n`))?.match(/^Version: (.*)$/m)?.[1]
    expect([versionOf('libc6'), versionOf('python3'), versionOf('debconf')]).toEqual(['2:2.36-9', '999:0', '999:0'])
  })

  it.each([
    ['bin/sh', 'usr/bin/sh'],
    ['lib64/ld.so', 'usr/lib64/ld.so'],
    ['usr/bin/x', 'usr/bin/x'],
    ['library/x', 'library/x'],
    ['bin', 'bin'],
  ])('mergePath(%s) is %s', (path, merged) => expect(mergePath(path)).toBe(merged))
})
