import { mkdir, mkdtempDisposable, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { isApiError, type k8s, resources } from '../../api/index.ts'

const { persistentvolumeclaims: claims, persistentvolumes: volumes, storageclasses, events } = resources
const COMPLETED = 'pv.kubernetes.io/bind-completed'
const BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'

describe('claims and volumes', () => {
  let cluster: ControlledCluster
  beforeEach(async () => {
    cluster = await openControlledCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const claimRef = (name: string) => ({ namespace: 'default', name })
  const claim = (name: string, spec: Partial<k8s.PersistentVolumeClaimSpec> = {}) =>
    cluster.client.create(claims, {
      metadata: claimRef(name),
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        storageClassName: '',
        ...spec,
      },
    })
  const volume = (name: string, spec: Partial<k8s.PersistentVolumeSpec> = {}, labels: Record<string, string> = {}) =>
    cluster.client.create(volumes, {
      metadata: { name, labels },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: `/${name}` },
        persistentVolumeReclaimPolicy: 'Retain',
        ...spec,
      },
    })
  const poll = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 10_000, interval: 20 })
  const getClaim = (name: string) => cluster.client.get(claims, claimRef(name))
  const getVolume = (name: string) => cluster.client.get(volumes, { name })
  const phases = (name: string, volumeName: string) =>
    poll(async () => [(await getClaim(name)).status?.phase, (await getVolume(volumeName)).status?.phase])
  const said = (name: string) =>
    poll(async () =>
      (await cluster.client.list(events)).items
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ type, reason, message }) => `${type} ${reason} ${message}`),
    )

  it('the smallest volume that is large enough, of the right class, mode and labels, is taken', async () => {
    await volume('small', { capacity: { storage: '500Mi' } })
    await volume('large', { capacity: { storage: '10Gi' } })
    await volume('right', { capacity: { storage: '2Gi' } })
    await volume('other-class', { storageClassName: 'fast' })
    await volume('other-mode', { accessModes: ['ReadOnlyMany'] })
    await volume('block', { volumeMode: 'Block', local: { path: '/x' }, hostPath: undefined, nodeAffinity: onNode })
    await poll(async () => (await getVolume('block')).status?.phase).toBe('Available')
    await claim('data')
    await phases('data', 'right').toEqual(['Bound', 'Bound'])
    const bound = await getClaim('data')
    expect(bound.spec.volumeName).toBe('right')
    expect(bound.metadata.annotations).toMatchObject({ [COMPLETED]: 'yes', [BY_CONTROLLER]: 'yes' })
    expect(bound.status).toMatchObject({ capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'] })
    const taken = await getVolume('right')
    expect(taken.metadata.annotations).toMatchObject({ [BY_CONTROLLER]: 'yes' })
    expect(taken.spec.claimRef).toMatchObject({ kind: 'PersistentVolumeClaim', name: 'data', uid: bound.metadata.uid })
    await volume('labelled', {}, { tier: 'gold' })
    await claim('picky', { selector: { matchLabels: { tier: 'gold' } } })
    await phases('picky', 'labelled').toEqual(['Bound', 'Bound'])
  })

  it('two claims never get the same volume, also when they come at once', async () => {
    await volume('a')
    await volume('b')
    await Promise.all(['one', 'two', 'three'].map((name) => claim(name)))
    await poll(async () =>
      (await cluster.client.list(claims)).items.map(({ status }) => status?.phase ?? '').toSorted(),
    ).toEqual(['Bound', 'Bound', 'Pending'])
    const used = (await cluster.client.list(claims)).items.flatMap(({ spec }) => spec.volumeName ?? [])
    expect(used.toSorted()).toEqual(['a', 'b'])
  })

  it('a claim that names its volume, and a volume that names its claim, find each other', async () => {
    await claim('named', { volumeName: 'wanted', storageClassName: 'slow' })
    await volume('wanted', { storageClassName: 'slow', capacity: { storage: '5Gi' } })
    await phases('named', 'wanted').toEqual(['Bound', 'Bound'])
    expect((await getClaim('named')).metadata.annotations).not.toHaveProperty([BY_CONTROLLER])

    await volume('reserved', { claimRef: claimRef('late'), capacity: { storage: '50Gi' } })
    await poll(async () => (await getVolume('reserved')).status?.phase).toBe('Available')
    await claim('early')
    await claim('late')
    await phases('late', 'reserved').toEqual(['Bound', 'Bound'])
    expect((await getVolume('reserved')).metadata.annotations ?? {}).not.toHaveProperty([BY_CONTROLLER])
    expect((await getClaim('early')).status?.phase).toBe('Pending')
  })

  it('why a claim waits is told in Kubernetes’ words', async () => {
    await claim('classless')
    await said('classless').toEqual([
      'Normal FailedBinding no persistent volumes available for this claim and no storage class is set',
    ])
    await claim('classy', { storageClassName: 'nowhere' })
    await said('classy').toEqual(['Warning ProvisioningFailed storageclass.storage.k8s.io "nowhere" not found'])
    await volume('tiny', { capacity: { storage: '1Mi' } })
    await claim('greedy', { volumeName: 'tiny' })
    await said('greedy').toEqual([
      'Warning VolumeMismatch Cannot bind to requested volume "tiny": requested PV is too small',
    ])
  })

  it('a class says who makes volumes, and whether the first consumer is waited for', async () => {
    await claim('retroactive', { storageClassName: undefined })
    const classOf = (name: string, volumeBindingMode: string, isDefault = false) =>
      cluster.client.create(storageclasses, {
        metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) } },
        provisioner: 'example.com/disk',
        volumeBindingMode,
      })
    await classOf('at-once', 'Immediate', true)
    await poll(async () => (await getClaim('retroactive')).spec.storageClassName).toBe('at-once')
    await poll(async () => (await getClaim('retroactive')).metadata.annotations).toMatchObject({
      'volume.kubernetes.io/storage-provisioner': 'example.com/disk',
      'volume.beta.kubernetes.io/storage-provisioner': 'example.com/disk',
    })
    await said('retroactive').toContain(
      "Normal ExternalProvisioning Waiting for a volume to be created either by the external provisioner 'example.com/disk' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
    )
    await classOf('lazy', 'WaitForFirstConsumer')
    await claim('waits', { storageClassName: 'lazy' })
    await said('waits').toEqual(['Normal WaitForFirstConsumer waiting for first consumer to be created before binding'])
    await volume('ready', { storageClassName: 'lazy' })
    await poll(async () => (await getVolume('ready')).status?.phase).toBe('Available')
    expect((await getClaim('waits')).status?.phase).toBe('Pending')
    const annotations = { 'volume.kubernetes.io/selected-node': 'node' }
    await cluster.client.patch(claims, claimRef('waits'), { metadata: { annotations } })
    await poll(async () => (await getClaim('waits')).metadata.annotations).toMatchObject({
      'volume.kubernetes.io/storage-provisioner': 'example.com/disk',
    })
  })

  it('a path of this machine goes with its claim, below /tmp alone', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'naru-volume-'))
    const below = join(directory.path, 'data')
    await mkdir(below)
    await writeFile(join(below, 'file'), 'x')
    const policy = { persistentVolumeReclaimPolicy: 'Delete' }
    await volume('goes', { ...policy, hostPath: { path: below } })
    await volume('stays', { ...policy, hostPath: { path: '/var/tmp/elsewhere' } })
    for (const name of ['goes', 'stays']) await claim(name, { volumeName: name })
    for (const name of ['goes', 'stays']) await phases(name, name).toEqual(['Bound', 'Bound'])
    for (const name of ['goes', 'stays']) await cluster.client.delete(claims, claimRef(name))
    await poll(async () => (await cluster.client.list(volumes)).items.map(({ metadata }) => metadata.name)).toEqual([
      'stays',
    ])
    expect(await readdir(directory.path)).toEqual([])
    const message = 'host_path deleter only supports /tmp/.+ but received provided /var/tmp/elsewhere'
    await poll(async () => (await getVolume('stays')).status).toMatchObject({ phase: 'Failed', message })
    await said('stays').toContain(`Warning VolumeFailedDelete ${message}`)
  })

  it('a volume that is recycled is empty, and free for the next claim', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'naru-volume-'))
    const outside = join(directory.path, 'outside')
    const path = join(directory.path, 'volume')
    await mkdir(join(path, 'folder'), { recursive: true })
    await writeFile(join(path, 'folder', 'file'), 'x')
    await writeFile(outside, 'x')
    await symlink(outside, join(path, 'link'))
    const policy = { persistentVolumeReclaimPolicy: 'Recycle' }
    await volume('again', { ...policy, hostPath: { path } })
    await claim('first')
    await phases('first', 'again').toEqual(['Bound', 'Bound'])
    await cluster.client.delete(claims, claimRef('first'))
    await poll(async () => (await getVolume('again')).status?.phase).toBe('Available')
    expect(await readdir(path)).toEqual([])
    expect(await readFile(outside, 'utf8')).toBe('x')
    await said('again').toContain('Normal VolumeRecycled Volume recycled')
    await claim('second')
    await phases('second', 'again').toEqual(['Bound', 'Bound'])

    await volume('file', { ...policy, hostPath: { path: outside } })
    await claim('third', { volumeName: 'file' })
    await phases('third', 'file').toEqual(['Bound', 'Bound'])
    await cluster.client.delete(claims, claimRef('third'))
    await poll(async () => (await getVolume('file')).status?.phase).toBe('Failed')
    await said('file').toContainEqual(
      expect.stringMatching(/^Warning VolumeFailedRecycle Recycle failed: ENOTDIR: not a directory/),
    )
  })

  it('a volume whose claim is gone is kept, left to who made it, or failed', async () => {
    await volume('kept')
    await volume('made', { persistentVolumeReclaimPolicy: 'Delete' })
    const annotations = { 'pv.kubernetes.io/provisioned-by': 'example.com/disk' }
    await cluster.client.patch(volumes, { name: 'made' }, { metadata: { annotations } })
    await volume('not-ours', {
      persistentVolumeReclaimPolicy: 'Delete',
      hostPath: undefined,
      local: { path: '/x' },
      nodeAffinity: onNode,
    })
    for (const name of ['kept', 'made', 'not-ours']) await claim(name, { volumeName: name })
    for (const name of ['kept', 'made', 'not-ours']) await phases(name, name).toEqual(['Bound', 'Bound'])
    for (const name of ['kept', 'made', 'not-ours']) await cluster.client.delete(claims, claimRef(name))
    await poll(async () =>
      Promise.all(['kept', 'made', 'not-ours'].map(async (name) => (await getVolume(name)).status?.phase)),
    ).toEqual(['Released', 'Released', 'Failed'])
    await said('not-ours').toContain(
      'Warning VolumeFailedDelete error getting deleter volume plugin for volume "not-ours": no deletable volume plugin matched',
    )
    // Another claim of the same name is another claim.
    await claim('kept', { volumeName: 'kept' })
    await said('kept').toContain('Warning FailedBinding volume "kept" already bound to a different claim.')
  })

  it('a claim whose volume is gone is lost', async () => {
    await volume('gone')
    await claim('data', { volumeName: 'gone' })
    await phases('data', 'gone').toEqual(['Bound', 'Bound'])
    await cluster.client.delete(volumes, { name: 'gone' })
    await cluster.client.patch(volumes, { name: 'gone' }, { metadata: { finalizers: null } }).catch(ignoreGone)
    await poll(async () => (await getClaim('data')).status?.phase).toBe('Lost')
    await said('data').toContain(
      'Warning ClaimLost Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    )
  })

  it('what was begun before a restart is finished after it', async () => {
    await cluster.stop()
    const created = await claim('data')
    const { uid } = created.metadata
    await volume('half', { claimRef: { kind: 'PersistentVolumeClaim', ...claimRef('data'), uid } })
    await volume('better', { capacity: { storage: '1Gi' } })
    cluster.start()
    await phases('data', 'half').toEqual(['Bound', 'Bound'])
    await poll(async () => (await getVolume('better')).status?.phase).toBe('Available')
  })

  it('a pod’s ephemeral volume gets a claim of its own, and another’s claim is not taken for it', async () => {
    await claim('p-theirs')
    await cluster.client.create(resources.pods, {
      metadata: { namespace: 'default', name: 'p' },
      spec: {
        containers: [{ name: 'c', image: 'i' }],
        volumes: ['own', 'theirs'].map((name) => ({
          name,
          ephemeral: {
            volumeClaimTemplate: {
              metadata: { name: '', labels: { a: 'b' } },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
            },
          },
        })),
      },
    })
    await poll(async () => getClaim('p-own').catch(() => undefined)).toMatchObject({
      metadata: { labels: { a: 'b' }, ownerReferences: [{ kind: 'Pod', name: 'p', controller: true }] },
    })
    await said('p').toContain(
      'Warning FailedBinding ephemeral volume theirs: PVC default/p-theirs was not created for pod default/p (pod is not owner)',
    )
  })
})

const onNode: k8s.VolumeNodeAffinity = {
  required: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['n'] }] }],
  },
}

const ignoreGone = (error: unknown) => {
  if (!isApiError(error, 'NotFound')) throw error
}
