import { chmod, chown, lstat, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setOwnership } from './ownership.ts'

let root: string
let outside: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'naru-owned-'))
  outside = await mkdtemp(join(tmpdir(), 'naru-not-owned-'))
})
afterEach(async () => {
  for (const directory of [root, outside]) await rm(directory, { recursive: true, force: true })
})

/** Only root may give files to any group; others, to their own. */
const fsGroup = process.getuid?.() === 0 ? 4321 : (process.getgid?.() ?? 0)
const look = async (path: string) => {
  const { mode, gid } = await stat(path)
  return { mode: (mode & 0o7777).toString(8), gid }
}

describe('a volume with an fsGroup', () => {
  it('is the group’s, throughout, with what is executable as it was', async () => {
    await mkdir(join(root, 'a/b'), { recursive: true, mode: 0o700 })
    await writeFile(join(root, 'a/b/file'), '')
    await chmod(join(root, 'a/b/file'), 0o700)
    await setOwnership(root, { fsGroup })
    expect(await look(join(root, 'a/b'))).toEqual({ mode: '2770', gid: fsGroup })
    expect(await look(join(root, 'a/b/file'))).toEqual({ mode: '760', gid: fsGroup })
    expect((await look(root)).gid).toBe(fsGroup)
  })

  it('has links that are not followed', async () => {
    const target = join(outside, 'precious')
    await writeFile(target, '')
    await chmod(target, 0o600)
    const before = [await look(target), await look(outside)]
    await symlink(target, join(root, 'file'))
    await symlink(outside, join(root, 'directory'))
    await setOwnership(root, { fsGroup })
    expect([await look(target), await look(outside)]).toEqual(before)
    expect((await lstat(join(root, 'file'))).isSymbolicLink()).toBe(true)
  })

  it('that is right at its root is left alone, where that is the policy', async () => {
    await writeFile(join(root, 'file'), '')
    await chmod(join(root, 'file'), 0o600)
    await chown(root, -1, fsGroup)
    await chmod(root, 0o2770)
    await setOwnership(root, { fsGroup, changePolicy: 'OnRootMismatch' })
    expect((await look(join(root, 'file'))).mode).toBe('600')
    await chmod(root, 0o700)
    await setOwnership(root, { fsGroup, changePolicy: 'OnRootMismatch' })
    expect((await look(join(root, 'file'))).mode).toBe('660')
  })
})
