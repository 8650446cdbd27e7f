import { describe, expect, it } from 'vitest'
import { parsePolicy, parseUris } from './apt-output.ts'
import { mergePath } from './read-deb.ts'

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

  it.each([
    ['bin/sh', 'usr/bin/sh'],
    ['lib64/ld.so', 'usr/lib64/ld.so'],
    ['usr/bin/x', 'usr/bin/x'],
    ['library/x', 'library/x'],
    ['bin', 'bin'],
  ])('mergePath(%s) is %s', (path, merged) => expect(mergePath(path)).toBe(merged))
})
