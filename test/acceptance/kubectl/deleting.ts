/** `delete`: by name, label, field, file, with each way to treat what depends on it. */
import { beforeAll, expect, it } from 'vitest'
import { configMap, type Area, deployment } from './kubectl.ts'

export const deleting: Area = (kubectl) => {
  beforeAll(async () => {
    await kubectl.create(
      ...['a', 'b', 'c', 'd', 'e'].map((name) => configMap(name, {}, { set: name < 'c' ? 'one' : 'two' })),
      ...['background', 'foreground', 'orphan'].map((name) => deployment(name, 0)),
    )
    for (const name of ['background', 'foreground', 'orphan'])
      await kubectl.says(`wait --for=condition=Available deployment/${name} --timeout=10s`)
  })

  kubectl.saying([
    ['delete configmap a --dry-run=server', 'configmap "a" deleted (server dry run)'],
    ['delete configmap -l set=one', /configmap "a" deleted\nconfigmap "b" deleted/],
    ['delete configmap --field-selector=metadata.name=c', 'configmap "c" deleted'],
    ['delete configmap/d --wait=false -o name', 'configmap/d'],
    ['delete configmap d --ignore-not-found', /^$/],
    ['get configmap -l set=two -o name', /^configmap\/e\n$/],
    ['delete configmap -l set=two --now', 'configmap "e" deleted'],
    ['delete deployment orphan --cascade=orphan', 'deployment.apps "orphan" deleted'],
    ['get replicaset -l app=orphan -o jsonpath={.items[*].metadata.ownerReferences}', /^$/],
    ['get replicaset -l app=orphan -o name', /^replicaset\.apps\/orphan-/],
    ['delete deployment foreground --cascade=foreground', 'deployment.apps "foreground" deleted'],
    ['get replicaset -l app=foreground -o name', /^$/],
    ['delete deployment background', 'deployment.apps "background" deleted'],
    ['wait --for=delete replicaset -l app=background --timeout=20s', /^$|deleted|condition met/],
    ['delete replicaset --all', /replicaset\.apps "orphan-\w+" deleted/],
  ])
  kubectl.refusing([
    ['delete configmap a none', /"a" not found\n.*"none" not found/],
    ['delete namespace kube-system', 'is forbidden: this namespace may not be deleted'],
    ['delete configmap', 'resource(s) were provided, but no name was specified'],
  ])

  it('a finalizer holds it', async () => {
    await kubectl.create({ ...configMap('held', {}), metadata: { name: 'held', finalizers: ['test.dev/hold'] } })
    expect(await kubectl.refuses('delete configmap held --timeout=300ms')).toContain('timed out waiting')
    expect(await kubectl.says('get configmap held -o jsonpath={.metadata.deletionTimestamp}')).toMatch(/^20.*Z$/)
    await kubectl.says('patch configmap held --type=merge -p {"metadata":{"finalizers":null}}')
    expect(await kubectl.refuses('get configmap held')).toContain('not found')
  })

  it('a namespace goes with all that is in it', async () => {
    await kubectl.says('create namespace short-lived')
    await kubectl.says('create configmap a -n short-lived')
    expect(await kubectl.says('delete namespace short-lived --timeout=30s')).toContain('"short-lived" deleted')
    expect(await kubectl.refuses('get configmap a -n short-lived')).toContain('not found')
  })
}
