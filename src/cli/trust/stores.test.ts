import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHostAuthority } from '../../certificates/index.ts'
import { systemClock } from '../../lib/index.ts'
import { type Authority, readAuthority } from './authority.ts'
import { addToBrowser, findBrowserStores, removeFromBrowser } from './browser-stores.ts'
import { runProgram } from './run-program.ts'
import { addToSystem, findSystemStore, removeFromSystem, trustedFiles } from './system-store.ts'

let root: string
let authority: Authority
let other: Authority

async function made(name: string): Promise<Authority> {
  const stateDir = join(root, name)
  await openHostAuthority(join(stateDir, 'certificates', 'hosts'), systemClock)
  const read = await readAuthority({ stateDir, runDir: '', cacheDir: '', kubeconfig: '' })
  if (read === undefined) throw new Error('no authority was made')
  return read
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'naru-trust-'))
  ;[authority, other] = await Promise.all([made('one'), made('two')])
})
afterEach(() => rm(root, { recursive: true }))

/** A program on a PATH of its own that notes how it was called. */
async function program(name: string, script: string): Promise<ReturnType<typeof runProgram>> {
  const path = join(root, name)
  await writeFile(path, `#!/bin/sh\necho "$@" >> ${root}/calls\n${script}\n`)
  await chmod(path, 0o755)
  return runProgram({ PATH: `${root}:/usr/bin:/bin` })
}
const calls = async () => (await readFile(join(root, 'calls'), 'utf8')).split('\n').slice(0, -1)

describe('the store of the system', () => {
  it('gets the authority alone, and loses that of this Naru or, when nobody knows which that was, of all', async () => {
    const run = await program('update-ca-certificates', '')
    const folder = join(root, 'usr/local/share/ca-certificates')
    expect(await findSystemStore(root)).toBeUndefined()
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'company.crt'), 'theirs')
    const store = await findSystemStore(root)
    if (store === undefined) throw new Error('no store')
    const mine = await addToSystem(store, authority, run)
    const theirs = await addToSystem(store, other, run)
    expect(await readFile(mine, 'utf8')).toBe(authority.pem)
    expect(await trustedFiles(store, authority)).toEqual([mine])
    await removeFromSystem(store, [mine], run)
    expect(await trustedFiles(store, undefined)).toEqual([theirs])
    expect(await calls()).toHaveLength(3)
    expect(await readFile(join(folder, 'company.crt'), 'utf8')).toBe('theirs')
  })
  it('says what its program said when that fails', async () => {
    const run = await program('update-ca-certificates', 'echo disk is full >&2; exit 3')
    const store = { folder: root, update: 'update-ca-certificates' }
    await expect(addToSystem(store, authority, run)).rejects.toThrow('update-ca-certificates: disk is full')
  })
})

describe('the stores of browsers', () => {
  it('are those that there are; each gets the authority for servers alone, and loses no other', async () => {
    const listed = `Certificate Nickname  Trust\nNaru apps ${authority.id}  C,,\nNaru apps ${other.id}  C,,\nCompany  C,,`
    const run = await program('certutil', `[ "$1" = -L ] && printf '%s\n' '${listed.replaceAll('\n', "' '")}'; exit 0`)
    const [chromium, firefox] = [join(root, '.pki/nssdb'), join(root, '.mozilla/firefox/abc.default')]
    for (const folder of [chromium, firefox]) {
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'cert9.db'), '')
    }
    await mkdir(join(root, '.mozilla/firefox/Crash Reports'))
    expect(await findBrowserStores(root)).toEqual([chromium, firefox])
    expect(await addToBrowser(chromium, authority, run)).toBe(true)
    expect(await removeFromBrowser(chromium, authority, run)).toBe(true)
    expect(await removeFromBrowser(firefox, undefined, run)).toBe(true)
    const id = (each: Authority) => `-n Naru apps ${each.id}`
    expect(await calls()).toEqual([
      `-A -d sql:${chromium} ${id(authority)} -t C,, -i ${authority.path}`,
      `-L -d sql:${chromium}`,
      `-D -d sql:${chromium} ${id(authority)}`,
      `-L -d sql:${firefox}`,
      `-D -d sql:${firefox} ${id(authority)}`,
      `-D -d sql:${firefox} ${id(other)}`,
    ])
  })
})
