import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type ComponentClients, componentClients } from '../../../test/harness/components.ts'
import { isApiError, type k8s, resources, volumeAnnotations } from '../../api/index.ts'
import { identities } from '../../engine/identities.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { runLocalPathProvisioner } from './run.ts'

const { persistentvolumeclaims: claims, persistentvolumes: volumes, storageclasses, events } = resources
const ref = { namespace: 'default', name: 'data' }

describe('the local-path provisioner', () => {
  let root: string
  let cluster: TestCluster
  let components: ComponentClients
  let stop: AbortController
  let running: Promise<void>
  const start = () => {
    stop = new AbortController()
    running = runLocalPathProvisioner({
      client: components.clientAs(identities.localPath),
      nodeName: 'node',
      root,
      clock: systemClock,
      logger: silentLogger,
      signal: stop.signal,
    })
  }
  const end = async () => {
    stop.abort()
    await running
  }
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'naru-local-path-'))
    await chmod(root, 0o755)
    cluster = await openTestCluster()
    components = componentClients(cluster)
    start()
    await poll(() => cluster.client.get(storageclasses, { name: 'local-path' }).catch(() => undefined)).toBeDefined()
  })
  afterEach(async () => {
    await end()
    expect(components.refused).toEqual([])
    await cluster[Symbol.asyncDispose]()
    await rm(root, { recursive: true, force: true })
  })

  const poll = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 10_000, interval: 20 })
  /** As the controller leaves a claim that a provisioner is to serve. */
  const claim = (over: Partial<k8s.PersistentVolumeClaimSpec> = {}, node = 'node') =>
    cluster.client.create(claims, {
      metadata: {
        ...ref,
        annotations: {
          [volumeAnnotations.STORAGE_PROVISIONER]: 'naru.dev/local-path',
          [volumeAnnotations.SELECTED_NODE]: node,
        },
      },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...over },
    })
  const made = async () => (await cluster.client.list(volumes)).items
  const said = () =>
    poll(async () =>
      (await cluster.client.list(events)).items.map(({ reason, message }) => `${reason} ${message}`).toSorted(),
    )
  const setPhase = (name: string, phase: string) =>
    cluster.client.patch(volumes, { name }, { status: { phase } }, { subresource: 'status' })

  it('makes a directory and a volume for the claim, once the node is chosen', async () => {
    const { metadata, spec } = await claim()
    expect(spec.storageClassName).toBe('local-path')
    const name = `pvc-${metadata.uid}`
    await poll(made).toHaveLength(1)
    expect((await stat(root)).mode & 0o777).toBe(0o700)
    const [volume] = await made()
    expect(volume).toMatchObject({
      metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': 'naru.dev/local-path' } },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'local-path',
        claimRef: { ...ref, uid: metadata.uid },
        local: { path: join(root, name) },
      },
    })
    expect((await stat(join(root, name))).mode & 0o777).toBe(0o777)
    await said().toEqual([
      'Provisioning External provisioner is provisioning volume for claim "default/data"',
      `ProvisioningSucceeded Successfully provisioned volume ${name}`,
    ])
  })

  it('leaves claims of other nodes, and says what it cannot do', async () => {
    await claim({ selector: { matchLabels: { a: 'b' } } })
    await said().toEqual([
      'ProvisioningFailed failed to provision volume with StorageClass "local-path": claim Selector is not supported',
    ])
    await cluster.client.patch(claims, ref, { metadata: { finalizers: null } })
    await cluster.client.delete(claims, ref)
    await claim({}, 'elsewhere')
    expect(await made()).toEqual([])
    expect(await readdir(root)).toEqual([])
  })

  it('removes the directory of a released volume, whatever lies in it, then the volume', async () => {
    await claim()
    await poll(made).toHaveLength(1)
    const name = (await made())[0]?.metadata.name ?? ''
    const outside = await mkdtemp(join(tmpdir(), 'naru-outside-'))
    await writeFile(join(outside, 'precious'), '')
    await mkdir(join(root, name, 'a/b'), { recursive: true })
    await symlink(outside, join(root, name, 'a/link'))
    await setPhase(name, 'Released')
    // The test cluster has no controller that would let it go.
    await cluster.client.patch(
      volumes,
      { name },
      { metadata: { finalizers: [volumeAnnotations.PROVISIONER_FINALIZER] } },
    )
    await poll(made).toEqual([])
    expect(await readdir(root)).toEqual([])
    expect(await readdir(outside)).toEqual(['precious'])
    await rm(outside, { recursive: true })
  })

  it('removes nothing that it did not make', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'naru-outside-'))
    await cluster.client.create(volumes, {
      metadata: { name: 'liar', annotations: { [volumeAnnotations.PROVISIONED_BY]: 'naru.dev/local-path' } },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Delete',
        local: { path: outside },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node'] }] },
            ],
          },
        },
      },
    })
    await setPhase('liar', 'Released')
    await said().toEqual([
      `VolumeFailedDelete the path ${JSON.stringify(outside)} is not the directory of the volume "liar"`,
    ])
    expect((await stat(outside)).isDirectory()).toBe(true)
    await rm(outside, { recursive: true })
  })

  it('lets claims grow', async () => {
    const { metadata } = await claim()
    await poll(made).toHaveLength(1)
    const name = `pvc-${metadata.uid}`
    await cluster.client.patch(claims, ref, { spec: { volumeName: name } })
    const status = { phase: 'Bound', capacity: { storage: '1Gi' } }
    await cluster.client.patch(claims, ref, { status }, { subresource: 'status' })
    await cluster.client.patch(claims, ref, { spec: { resources: { requests: { storage: '3Gi' } } } })
    await poll(async () => (await cluster.client.get(claims, ref)).status).toMatchObject({
      capacity: { storage: '3Gi' },
      allocatedResources: { storage: '3Gi' },
    })
    expect((await cluster.client.get(volumes, { name })).spec.capacity).toEqual({ storage: '3Gi' })
    await said().toContain('VolumeResizeSuccessful Resize volume succeeded')
  })

  it('after a sudden end, what was on its way out is gone, and data nobody knows of stays', async () => {
    await end()
    for (const name of ['.deleted-pvc-1/x', 'pvc-2', 'pvc-3/data']) await mkdir(join(root, name), { recursive: true })
    start()
    await claim()
    await poll(made).toHaveLength(1)
    expect((await readdir(root)).toSorted()).toEqual(['pvc-3', (await made())[0]?.metadata.name ?? ''].toSorted())
  })

  it('keeps a class that the user changed', async () => {
    const name = 'local-path'
    await cluster.client.patch(storageclasses, { name }, { allowVolumeExpansion: false })
    await end()
    start()
    await claim()
    await poll(made).toHaveLength(1)
    const found = await cluster.client.get(storageclasses, { name }).catch((error: unknown) => {
      if (!isApiError(error, 'NotFound')) throw error
    })
    expect(found).toMatchObject({ allowVolumeExpansion: false, volumeBindingMode: 'WaitForFirstConsumer' })
  })
})
