import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { containerMounts } from './container-mounts.ts'
import { memorySize } from './empty-dir.ts'
import { prepareVolumes, releaseVolumes, removeVolumes } from './volumes.ts'

let podDir: string
beforeEach(async () => {
  podDir = await mkdtemp(join(tmpdir(), 'naru-volumes-'))
})
afterEach(() => rm(podDir, { recursive: true, force: true }))

const data = {
  cm: {} as Record<string, string>,
  claims: {} as Record<string, k8s.PersistentVolumeClaim>,
  volumes: {} as Record<string, k8s.PersistentVolume>,
}
beforeEach(() => {
  Object.assign(data, { cm: { a: '1', b: '2' }, claims: {}, volumes: {} })
})

const claims = {
  claim: async (name: string): Promise<k8s.PersistentVolumeClaim> => {
    const found = data.claims[name]
    if (found === undefined) throw new Error(`persistentvolumeclaims "${name}" not found`)
    return found
  },
  volume: async (name: string): Promise<k8s.PersistentVolume> => {
    const found = data.volumes[name]
    if (found === undefined) throw new Error(`persistentvolumes "${name}" not found`)
    return found
  },
}

const prepare = (volumes: k8s.Volume[], spec: Partial<k8s.PodSpec> = {}) =>
  prepareVolumes({
    podDir,
    mayMount: false,
    claims,
    context: {
      pod: {
        metadata: { name: 'p', namespace: 'default', uid: 'uid-p', labels: { app: 'web' } },
        spec: { containers: [], volumes, ...spec },
      },
      config: {
        configMap: async (name) => (name === 'cm' ? { metadata: { name }, data: data.cm } : undefined),
        secret: async (name) =>
          name === 'sec' ? { metadata: { name }, data: { key: Buffer.from('hush').toString('base64') } } : undefined,
      },
      node: { nodeName: 'n', hostIP: '192.0.2.1', cpuMilli: 1000, memoryBytes: 1 << 30 },
      podIPs: ['10.0.0.2'],
      token: async ({ audience }) => `token for ${audience ?? 'the API'}`,
    },
  })
const text = (path: string) => readFile(path, 'utf8')

describe('volumes', () => {
  it('project files through ..data and swap them as one', async () => {
    const paths = await prepare([{ name: 'v', configMap: { name: 'cm' } }])
    const path = paths.get('v') as string
    expect(await text(join(path, 'a'))).toBe('1')
    expect(await readlink(join(path, 'a'))).toBe('..data/a')
    const before = await readlink(join(path, '..data'))
    await prepare([{ name: 'v', configMap: { name: 'cm' } }])
    expect(await readlink(join(path, '..data'))).toBe(before)

    data.cm = { a: 'changed', c: '3' }
    await prepare([{ name: 'v', configMap: { name: 'cm' } }])
    expect(await text(join(path, 'a'))).toBe('changed')
    const entries = await readdir(path)
    expect(entries.filter((name) => !name.startsWith('..')).toSorted()).toEqual(['a', 'c'])
    expect(entries.filter((name) => name.startsWith('..'))).toHaveLength(2)
  })

  it('are brought to their end after a kill in the middle', async () => {
    const volume = { name: 'v', configMap: { name: 'cm' } }
    const path = (await prepare([volume])).get('v') as string
    await rm(join(path, 'b'))
    await mkdir(join(path, '..unfinished'))
    await prepare([volume])
    expect(await text(join(path, 'b'))).toBe('2')
    expect((await readdir(path)).filter((name) => name.startsWith('..'))).toHaveLength(2)
  })

  it('leave nothing behind when they cannot be written, however often that is tried', async () => {
    const items = (path: string) => [{ key: 'a', path }]
    const sources = ['x', 'x/y'].map((path) => ({ configMap: { name: 'cm', items: items(path) } }))
    await expect(prepare([{ name: 'v', projected: { sources } }])).rejects.toMatchObject({ reason: 'FailedMount' })
    await expect(prepare([{ name: 'v', projected: { sources } }])).rejects.toMatchObject({ reason: 'FailedMount' })
    expect(await readdir(join(podDir, 'volumes/v'))).toEqual([])
  })

  it('show a file where a directory was made before it was there', async () => {
    const path = (await prepare([{ name: 'v', configMap: { name: 'cm' } }])).get('v') as string
    await mkdir(join(path, 'late'))
    data.cm = { late: 'here' }
    await prepare([{ name: 'v', configMap: { name: 'cm' } }])
    expect(await text(join(path, 'late'))).toBe('here')
  })

  it('combine sources, paths and modes in one projected volume', async () => {
    const paths = await prepare([
      {
        name: 'v',
        projected: {
          sources: [
            { configMap: { name: 'cm', items: [{ key: 'a', path: 'deep/er/a', mode: 0o400 }] } },
            { secret: { name: 'sec' } },
            { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
            { serviceAccountToken: { path: 'token', audience: 'vault' } },
          ],
        },
      },
    ])
    const path = paths.get('v') as string
    expect(await text(join(path, 'deep/er/a'))).toBe('1')
    expect((await stat(join(path, 'deep/er/a'))).mode & 0o777).toBe(0o400)
    expect(await text(join(path, 'key'))).toBe('hush')
    expect(await text(join(path, 'labels'))).toBe('app="web"')
    expect(await text(join(path, 'token'))).toBe('token for vault')
  })

  it.each([
    ['anybody', {}, 0o644],
    ['its user', { securityContext: { runAsUser: process.getuid?.() ?? 0 } }, 0o600],
    ['its group', { securityContext: { fsGroup: process.getgid?.() ?? 0 } }, 0o640],
    [
      'nobody in particular, as users differ',
      { initContainers: [{ name: 'i', securityContext: { runAsUser: 2 } }] },
      0o644,
    ],
  ])('let a token be read by %s', async (_who, spec, mode) => {
    const projected = { sources: [{ serviceAccountToken: { path: 'token' } }] }
    const paths = await prepare([{ name: 'v', projected }], { containers: [{ name: 'c' }], ...spec })
    expect((await stat(join(paths.get('v') as string, 'token'))).mode & 0o777).toBe(mode)
  })

  it.each([
    [{ configMap: { name: 'none' } }, 'MountVolume.SetUp failed for volume "v" : configmap "none" not found'],
    [
      { configMap: { name: 'cm', items: [{ key: 'x', path: 'x' }] } },
      /configmap references non-existent config key: x/,
    ],
    [{ configMap: { name: 'cm', items: [{ key: 'a', path: '../../x' }] } }, /invalid path/],
    [{ configMap: { name: 'cm', items: [{ key: 'a', path: '..data' }] } }, /invalid path/],
    [{ hostPath: { path: '/does/not/exist', type: 'Directory' } }, /hostPath type check failed/],
    [{ hostPath: { path: '/does/not/exist', type: 'FileOrCreate' } }, /ENOENT/],
    [
      { persistentVolumeClaim: { claimName: 'c' } },
      'error processing PVC default/c: failed to fetch PVC from API server: persistentvolumeclaims "c" not found',
    ],
    [{ csi: { driver: 'd' } }, 'volumes of type csi are not supported on this node'],
    [{ emptyDir: { medium: 'HugePages' } }, 'storage medium HugePages is not supported on this node'],
  ] as [Partial<k8s.Volume>, string | RegExp][])('say why they cannot be made: %j', async (volume, message) => {
    const failing = expect(prepare([{ name: 'v', ...volume }])).rejects
    await failing.toMatchObject({ reason: 'FailedMount' })
    await expect(prepare([{ name: 'v', ...volume }])).rejects.toThrow(message)
  })

  it('may be missing when they are optional', async () => {
    const paths = await prepare([{ name: 'v', secret: { secretName: 'none', optional: true } }])
    expect((await readdir(paths.get('v') as string)).filter((name) => !name.startsWith('..'))).toEqual([])
  })

  it('keep what a container wrote in an emptyDir, and go with the pod', async () => {
    const path = (await prepare([{ name: 'v', emptyDir: {} }])).get('v') as string
    await writeFile(join(path, 'kept'), 'yes')
    await prepare([{ name: 'v', emptyDir: {} }])
    expect(await text(join(path, 'kept'))).toBe('yes')
    await removeVolumes(podDir)
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('go when the pod has ended for good, and what its containers said stays', async () => {
    await prepare([
      { name: 'v', emptyDir: {} },
      { name: 'w', configMap: { name: 'cm' } },
    ])
    await mkdir(join(podDir, 'messages'))
    await releaseVolumes(podDir)
    await releaseVolumes(podDir)
    expect(await readdir(podDir)).toEqual(['messages'])
  })
})

describe('claims', () => {
  const claimed = (status: k8s.PersistentVolumeClaimStatus, spec: Partial<k8s.PersistentVolumeSpec>) => {
    data.claims = {
      c: { metadata: { name: 'c', namespace: 'default', uid: 'uid-c' }, spec: { volumeName: 'pv' }, status },
    }
    data.volumes = { pv: { metadata: { name: 'pv' }, spec: { claimRef: { uid: 'uid-c' }, ...spec } } }
  }
  const volume = { name: 'v', persistentVolumeClaim: { claimName: 'c' } }

  it('lead to the directory of their volume, also while they are on their way out', async () => {
    claimed({ phase: 'Bound' }, { local: { path: podDir } })
    expect((await prepare([volume])).get('v')).toBe(podDir)
    data.claims = {}
    expect((await prepare([volume])).get('v')).toBe(podDir)
  })

  it('are not taken for ready when their directory is gone', async () => {
    const path = join(podDir, 'disk')
    await mkdir(path)
    claimed({ phase: 'Bound' }, { local: { path } })
    expect((await prepare([volume])).get('v')).toBe(path)
    await rm(path, { recursive: true })
    await expect(prepare([volume])).rejects.toThrow('does not exist')
  })

  it.each([
    ['Pending', {}, 'error processing PVC default/c: PVC is not bound'],
    ['Bound', { claimRef: { uid: 'other' }, local: { path: '/' } }, /ClaimRef.UID "other" does not point to/],
    ['Bound', { local: { path: '/does/not/exist' } }, 'path "/does/not/exist" does not exist'],
    ['Bound', { nfs: { server: 's', path: '/' } }, 'volumes of type nfs are not supported on this node'],
    ['Bound', { volumeMode: 'Block', local: { path: '/' } }, 'volumes of mode Block are not supported on this node'],
  ])('say why they cannot be used: %s %j', async (phase, spec, message) => {
    claimed({ phase }, spec)
    await expect(prepare([volume])).rejects.toThrow(message)
  })

  it('of ephemeral volumes belong to the pod', async () => {
    claimed({ phase: 'Bound' }, { local: { path: podDir } })
    data.claims = { 'p-v': { ...(data.claims['c'] as k8s.PersistentVolumeClaim) } }
    const ephemeral = { volumeClaimTemplate: { spec: {} } }
    await expect(prepare([{ name: 'v', ephemeral }])).rejects.toThrow(
      'PVC default/c was not created for pod default/p (pod is not owner)',
    )
    const claim = data.claims['p-v'] as k8s.PersistentVolumeClaim
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'uid-p', controller: true }
    data.claims = { 'p-v': { ...claim, metadata: { ...claim.metadata, ownerReferences: [owner] } } }
    expect((await prepare([{ name: 'v', ephemeral }])).get('v')).toBe(podDir)
  })
})

describe('mounts', () => {
  const volumes: k8s.Volume[] = [
    { name: 'v', emptyDir: {} },
    { name: 'config', configMap: { name: 'cm' } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'c', readOnly: true } },
  ]
  let root: string
  beforeEach(async () => {
    root = join(podDir, 'root')
    await mkdir(root)
  })
  const mount = (over: Partial<k8s.VolumeMount>, isRecursive = true) =>
    containerMounts({
      recursively: async () => isRecursive,
      pod: { metadata: { name: 'p' }, spec: { containers: [], volumes } },
      container: { name: 'c', volumeMounts: [{ name: 'v', mountPath: '/data', ...over }] },
      volumes: new Map(volumes.map(({ name }) => [name, root])),
      env: new Map([
        ['NAME', 'web'],
        ['EMPTY', ''],
      ]),
      podDir,
      mayMount: false,
    })

  it('make their subPath, with variables, in the mode of the volume', async () => {
    await chmod(root, 0o770)
    expect(await mount({ subPathExpr: 'logs/$(NAME)', readOnly: true })).toEqual([
      { containerPath: '/data', hostPath: join(root, 'logs/web'), readOnly: true, propagation: 'private' },
    ])
    expect((await stat(join(root, 'logs/web'))).mode & 0o777).toBe(0o770)
  })

  it.each([
    [{ subPath: '../x' }, "unable to provision SubPath `../x`: must not contain '..'"],
    [{ subPathExpr: '/$(NAME)' }, 'error SubPath `/web` must not be an absolute path'],
    [{ subPathExpr: '$(NAME)/$(EMPTY)/$(NONE)' }, 'missing value for EMPTY, NONE'],
    [{ name: 'other' }, 'cannot find volume "other" to mount into container "c"'],
  ])('refuse %j', async (over, message) => {
    await expect(mount(over)).rejects.toThrow(message)
  })

  it('of what the kubelet writes, and of claims that are asked for so, are read-only', async () => {
    expect((await mount({}))[0]?.readOnly).toBe(false)
    expect((await mount({ name: 'config' }))[0]?.readOnly).toBe(true)
    expect((await mount({ name: 'claim' }))[0]?.readOnly).toBe(true)
  })

  it('are read-only throughout where the runtime can do that, and never less than was asked for', async () => {
    const asked = (recursiveReadOnly: string) => ({ readOnly: true, recursiveReadOnly })
    for (const mode of ['Enabled', 'IfPossible']) expect((await mount(asked(mode)))[0]?.recursiveReadOnly).toBe(true)
    expect((await mount(asked('IfPossible'), false))[0]?.recursiveReadOnly).toBeUndefined()
    await expect(mount(asked('Enabled'), false)).rejects.toThrow(
      'volume "v" requested recursive read-only mode, but it is not supported by the runtime',
    )
  })

  it('follow links inside the volume, and none that lead out of it', async () => {
    await mkdir(join(root, 'real/deep'), { recursive: true })
    await symlink('real', join(root, 'inside'))
    expect((await mount({ subPath: 'inside/deep' }))[0]?.hostPath).toBe(join(root, 'real/deep'))
    await symlink('/etc', join(root, 'outside'))
    await symlink('..', join(root, 'up'))
    await symlink('/does/not/exist', join(root, 'dangling'))
    for (const subPath of ['outside', 'outside/new', 'up', 'up/new', 'dangling', 'dangling/new'])
      await expect(mount({ subPath })).rejects.toThrow('failed to prepare subPath for volumeMount "v" of container "c"')
    expect(await readdir(podDir)).toEqual(['root'])
  })
})

describe('sizes of volumes in memory', () => {
  const limited = (...memory: (string | undefined)[]): k8s.Pod => ({
    metadata: { name: 'p' },
    spec: {
      containers: memory.map((limit, index) => ({
        name: `c${index}`,
        ...(limit !== undefined && { resources: { limits: { memory: limit } } }),
      })),
    },
  })
  it.each([
    [{}, limited(undefined), 1000],
    [{ sizeLimit: '300' }, limited(undefined), 300],
    [{ sizeLimit: '3000' }, limited(undefined), 1000],
    [{ sizeLimit: '300' }, limited('100', '150'), 250],
    [{ sizeLimit: '300' }, limited('100', undefined), 300],
  ])('%j', (source, pod, size) => {
    expect(memorySize(source, pod, 1000)).toBe(size)
  })
})
