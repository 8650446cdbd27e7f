import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { addContext, removeContext } from './files.ts'
import { currentContext, mergeContext, type NaruEntries, NotAKubeconfig, unmergeContext } from './merge.ts'

const entries: NaruEntries = {
  cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0E=' },
  user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' },
  context: { cluster: 'naru', user: 'naru', namespace: 'default' },
}
const become = { becomeCurrent: true }

/** As kubectl writes it. */
const KUBECTL = `apiVersion: v1
clusters:
- cluster:
    certificate-authority: /etc/k/ca.crt # the office's
    server: https://office:6443
  name: office
contexts:
- context:
    cluster: office
    user: me
  name: office
current-context: office
kind: Config
preferences: {}
users:
- name: me
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      args: null
      command: login
      interactiveMode: Never
`

type Config = Record<'clusters' | 'contexts' | 'users', { name: string }[]> & { 'current-context'?: string }
const names = (text: string) => {
  const config = parse(text) as Config
  return [config.clusters, config.contexts, config.users].map((list) => list.map(({ name }) => name))
}

describe('a kubeconfig', () => {
  it('gets the context beside what is there, and keeps its current one', () => {
    const merged = mergeContext(KUBECTL, entries, become)
    expect(names(merged)).toEqual([
      ['office', 'naru'],
      ['office', 'naru'],
      ['me', 'naru'],
    ])
    expect(currentContext(merged)).toBe('office')
    expect(merged).toContain("# the office's")
  })

  it('is as before, to the byte, when the context is taken out again', () => {
    expect(unmergeContext(mergeContext(KUBECTL, entries, become))).toBe(KUBECTL)
  })

  it('is renewed in place, not doubled', () => {
    const once = mergeContext(KUBECTL, entries, become)
    expect(mergeContext(once, entries, become)).toBe(once)
    const moved = mergeContext(
      once,
      { ...entries, cluster: { ...entries.cluster, server: 'https://127.0.0.1:7000' } },
      become,
    )
    expect(names(moved)).toEqual(names(once))
    expect(moved).toContain('https://127.0.0.1:7000')
  })

  it('is made when there is none, with the context current; and is gone when it is taken out', () => {
    const made = mergeContext(undefined, entries, become)
    expect(currentContext(made)).toBe('naru')
    expect(unmergeContext(made)).toBeUndefined()
  })

  it('that we made stays when somebody has put something in', () => {
    const made = mergeContext(undefined, entries, become)
    const config = parse(made) as Config
    config.users.push({ name: 'other' })
    const mark = made.split('\n')[0] ?? ''
    const rest = unmergeContext(`${mark}\n\n${stringify(config)}`)
    expect(rest).toContain('other')
    expect(rest).not.toMatch(/name: naru/)
  })

  it('does not become current where another file has a current context', () => {
    expect(currentContext(mergeContext(undefined, entries, { becomeCurrent: false }))).toBeUndefined()
  })

  it('keeps the entries of another Naru', () => {
    const merged = mergeContext(KUBECTL, entries, become)
    expect(unmergeContext(merged, 'another authority')).toBe(merged)
    expect(unmergeContext(merged, 'Q0E=')).toBe(KUBECTL)
  })

  it.each(['- a\n- b\n', 'just text', '{ broken: [', 'a: b: c: d'])(
    'is not overwritten when it is none: %j',
    (text) => {
      expect(() => mergeContext(text, entries, become)).toThrow(NotAKubeconfig)
      expect(() => unmergeContext(text)).toThrow(NotAKubeconfig)
    },
  )

  it('keeps all else, whatever it is, and loses nothing on the way back', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/).filter((name) => name !== 'naru')
    const list = (field: string) =>
      fc.uniqueArray(word, { maxLength: 4 }).map((all) => all.map((name) => ({ name, [field]: { value: name } })))
    const config = fc.record({
      apiVersion: fc.constant('v1'),
      kind: fc.constant('Config'),
      clusters: list('cluster'),
      contexts: list('context'),
      users: list('user'),
      'current-context': fc.oneof(fc.constant(''), word),
      preferences: fc.constant({}),
      extensions: fc.array(fc.record({ name: word, extension: fc.jsonValue({ maxDepth: 1 }) }), { maxLength: 2 }),
    })
    const style = fc.record({ indentSeq: fc.boolean() })
    fc.assert(
      fc.property(config, style, (value, options) => {
        const text = stringify(value, { lineWidth: 0, ...options })
        const merged = mergeContext(text, entries, become)
        const back = unmergeContext(merged) ?? ''
        expect(parse(back)).toEqual(parse(text))
        for (const [at, list] of (['clusters', 'contexts', 'users'] as const).entries())
          expect(names(merged)[at]).toEqual([...value[list].map(({ name }) => name), 'naru'])
      }),
      { numRuns: 150 },
    )
  })
})

describe('the file', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'naru-kubeconfig-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is private, also when it was not', async () => {
    const path = join(folder, 'config')
    await writeFile(path, KUBECTL)
    await chmod(path, 0o644)
    await addContext(path, entries)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await removeContext(path)).toBe(true)
    expect(await readFile(path, 'utf8')).toBe(KUBECTL)
    expect(await removeContext(path)).toBe(false)
  })

  it('is written through a symbolic link', async () => {
    await writeFile(join(folder, 'real'), KUBECTL)
    await symlink('real', join(folder, 'config'))
    await addContext(join(folder, 'config'), entries)
    expect(await readFile(join(folder, 'real'), 'utf8')).toContain('naru')
  })

  it('goes when Naru made it', async () => {
    const path = join(folder, 'deep', 'config')
    await addContext(path, entries)
    await removeContext(path)
    await expect(stat(path)).rejects.toThrow(/ENOENT/)
  })

  it('minds the current context of the other files of KUBECONFIG', async () => {
    const other = join(folder, 'other')
    await writeFile(other, KUBECTL)
    const path = join(folder, 'config')
    await addContext(path, entries, [other, join(folder, 'missing')])
    expect(currentContext(await readFile(path, 'utf8'))).toBeUndefined()
  })

  it('is left as it is when it cannot be understood', async () => {
    const path = join(folder, 'config')
    await writeFile(path, '{ broken: [')
    await expect(addContext(path, entries)).rejects.toMatchObject({ code: 'kubeconfigMalformed' })
    expect(await readFile(path, 'utf8')).toBe('{ broken: [')
  })
})
