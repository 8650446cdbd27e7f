/** `apply --prune`: what is no longer in the files goes, by label, by kind, by the set it belongs to. */
import { expect, it } from 'vitest'
import { configMap, type Area } from './kubectl.ts'

export const pruning: Area = (kubectl) => {
  const apply = (line: string, names: string[], env?: NodeJS.ProcessEnv) => {
    const items = names.map((name) => configMap(name, {}, { part: 'one' }))
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    return kubectl.says(`apply -f - --prune ${line}`, { input, ...(env && { env }) })
  }

  it('by label', async () => {
    expect(await apply('-l part=one', ['a', 'b'])).toContain('configmap/b created')
    await kubectl.says('create configmap not-applied')
    await kubectl.says('label configmap not-applied part=one')
    expect(await apply('-l part=one', ['a'])).toContain('configmap/b pruned')
    expect(await kubectl.says('get configmap -l part=one -o name')).toBe('configmap/a\nconfigmap/not-applied\n')
  })

  it('by kind, and dry', async () => {
    await apply('-l part=one', ['a', 'c'])
    const line = '--all --prune-allowlist=core/v1/ConfigMap'
    expect(await apply(`${line} --dry-run=server`, ['a'])).toContain('configmap/c pruned (server dry run)')
    expect(await apply(line, ['a'])).toContain('configmap/c pruned')
    expect(await kubectl.refuses('get configmap c')).toContain('not found')
  })

  it('by apply set', async () => {
    const env = kubectl.env({ KUBECTL_APPLYSET: 'true' })
    expect(await apply('--applyset=mine', ['d', 'e'], env)).toContain('configmap/e created')
    expect(await apply('--applyset=mine', ['d'], env)).toContain('configmap/e pruned')
    expect(await kubectl.says('get secret -l applyset.kubernetes.io/id -o name')).toBe('secret/mine\n')
  })
}
