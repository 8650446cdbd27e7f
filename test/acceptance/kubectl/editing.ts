/** `edit`, with a script as the editor. */
import { beforeAll, expect, it } from 'vitest'
import { configMap, type Area, deployment } from './kubectl.ts'

export const editing: Area = (kubectl) => {
  const edited = (script: string) => ({ env: kubectl.env({ KUBE_EDITOR: `sed -i ${script}` }) })

  beforeAll(() => kubectl.create(configMap('cm', { k: 'before' }), deployment('web', 0)))

  it('writes what the editor changed', async () => {
    expect(await kubectl.says('edit configmap cm', edited('s/before/after/'))).toBe('configmap/cm edited\n')
    expect(await kubectl.says('get configmap cm -o jsonpath={.data.k}')).toBe('after')
    expect(await kubectl.says('edit configmap cm -o json', edited('s/after/json/'))).toContain('"k": "json"')
    expect(await kubectl.says('get configmap cm -o jsonpath={.data.k}')).toBe('json')
  })

  it('writes nothing when nothing changed, or it cannot be', async () => {
    expect(await kubectl.says('edit configmap cm', edited('s/none/none/'))).toBe('Edit cancelled, no changes made.\n')
    expect(await kubectl.refuses('edit deployment web', edited('s/replicas:.0/replicas:\\ -1/'))).toContain(
      'error: deployments.apps "web" is invalid',
    )
    expect(await kubectl.refuses('edit configmap cm', edited('s/name:.cm/name:\\ other/'))).toContain(
      'At least one of apiVersion, kind and name was changed',
    )
  })

  it('of the last applied configuration', async () => {
    await kubectl.says('apply -f -', { input: JSON.stringify(configMap('applied', { k: 'one' })) })
    expect(await kubectl.says('apply edit-last-applied configmap/applied', edited('s/one/two/'))).toContain('edited')
    expect(await kubectl.says('apply view-last-applied configmap/applied')).toContain('k: two')
    expect(await kubectl.says('get configmap applied -o jsonpath={.data.k}')).toBe('one')
  })
}
