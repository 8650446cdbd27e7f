/** `apply` by client and by server, of files, folders, kustomizations and stdin; `diff` before it. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { configMap, type Area } from './kubectl.ts'

export const applying: Area = (kubectl) => {
  let folder = ''
  const write = (value: string) => kubectl.file('applied/a.json', configMap('a', { k: value }))
  const stdin = (object: object) => ({ input: JSON.stringify(object) })

  beforeAll(async () => {
    folder = `${dirname(await kubectl.file('beside', ''))}/applied`
    await mkdir(folder)
    await write('one')
    await kubectl.file('applied/b.json', configMap('b', { k: 'b' }))
  })

  it('a folder is created, unchanged, configured', async () => {
    expect(await kubectl.says(['apply', '-f', folder])).toBe('configmap/a created\nconfigmap/b created\n')
    expect(await kubectl.says(['apply', '-f', folder])).toBe('configmap/a unchanged\nconfigmap/b unchanged\n')
    await write('two')
    expect(await kubectl.says(['apply', '-f', folder])).toBe('configmap/a configured\nconfigmap/b unchanged\n')
  })

  it('diff says what apply would change, and nothing when nothing', async () => {
    expect(await kubectl.says(['diff', '-f', folder])).toBe('')
    await write('three')
    for (const how of ['--server-side=false', '--server-side'])
      expect(await kubectl.differs(['diff', how, '-f', folder])).toMatch(/^-  k: two\n\+  k: three$/m)
    expect(await kubectl.says('get configmap a -o jsonpath={.data.k}')).toBe('two')
  })

  it('what the user removes goes, what others set stays', async () => {
    await kubectl.says('label configmap a other=stays')
    await kubectl.says('apply -f -', stdin(configMap('a', { new: 'key' })))
    expect(await kubectl.says('get configmap a -o jsonpath={.data}{.metadata.labels}')).toBe(
      '{"new":"key"}{"other":"stays"}',
    )
  })

  it('view-last-applied, set-last-applied, edit-last-applied', async () => {
    expect(await kubectl.says('apply view-last-applied configmap/a')).toContain('new: key')
    await write('set')
    await kubectl.says(['apply', 'set-last-applied', '-f', `${folder}/a.json`])
    expect(await kubectl.says('apply view-last-applied configmap a -o json')).toContain('"k": "set"')
  })

  it('by server: owners, conflicts, force', async () => {
    const apply = (manager: string, value: string) =>
      [`apply --server-side --field-manager=${manager} -f -`, stdin(configMap('ssa', { k: value }))] as const
    expect(await kubectl.says(...apply('one', '1'))).toBe('configmap/ssa serverside-applied\n')
    expect(await kubectl.refuses(...apply('two', '2'))).toContain('conflict with "one": .data.k')
    expect(await kubectl.says(...apply('two --force-conflicts', '2'))).toBe('configmap/ssa serverside-applied\n')
    expect(await kubectl.says('get configmap ssa -o jsonpath={.data.k}')).toBe('2')
    expect(await kubectl.refuses(...apply('one', '1'))).toContain('conflict with "two": .data.k')
  })

  it('from client to server: the fields change hands', async () => {
    await kubectl.says('apply -f -', stdin(configMap('moved', { k: '1', l: '1' })))
    await kubectl.says('apply --server-side -f -', stdin(configMap('moved', { k: '2' })))
    expect(await kubectl.says('get configmap moved -o jsonpath={.data}')).toBe('{"k":"2"}')
  })

  it('dry runs leave nothing', async () => {
    const dry = stdin(configMap('dry', {}))
    expect(await kubectl.says('apply -f - --dry-run=client', dry)).toBe('configmap/dry created (dry run)\n')
    expect(await kubectl.says('apply -f - --dry-run=server', dry)).toBe('configmap/dry created (server dry run)\n')
    expect(await kubectl.says('apply -f - --server-side --dry-run=server', dry)).toContain('serverside-applied')
    expect(await kubectl.refuses('get configmap dry')).toContain('not found')
  })

  it('unknown fields are refused, or warned of, or dropped', async () => {
    const odd = (name: string) => stdin({ ...configMap(name, {}), dat: {} })
    expect(await kubectl.refuses('apply -f -', odd('x'))).toContain('strict decoding error: unknown field "dat"')
    expect(await kubectl.says('apply --validate=warn -f -', odd('x'))).toContain('Warning: unknown field "dat"')
    expect(await kubectl.says('apply --validate=false -f -', odd('y'))).toBe('configmap/y created\n')
  })

  it('a kustomization is built, applied, deleted', async () => {
    const kustomization = `${folder}-kustomized`
    await mkdir(kustomization)
    await kubectl.file('applied-kustomized/cm.json', configMap('k', { a: 'b' }))
    const parts = 'namePrefix: pre-\nlabels: [{pairs: {set: k}}]\nresources: [cm.json]\n'
    const generated = 'configMapGenerator: [{name: gen, literals: [a=b]}]\n'
    await kubectl.file('applied-kustomized/kustomization.yaml', parts + generated)
    expect(await kubectl.says(['apply', '-k', kustomization])).toMatch(
      /^configmap\/pre-gen-\w+ created\nconfigmap\/pre-k created\n$/,
    )
    expect(await kubectl.says(['diff', '-k', kustomization])).toBe('')
    expect(await kubectl.says('get configmap -l set=k -o name')).toMatch(/pre-gen-\w+\n.*pre-k\n/)
    expect(await kubectl.says(['delete', '-k', kustomization])).toContain('configmap "pre-k" deleted')
  })
}
