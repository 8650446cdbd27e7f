import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { containerMounts, prepareVolumes, removeVolumes } from './volumes.ts'

let podDir: string
beforeEach(async () => {
  podDir = await mkdtemp(join(tmpdir(), 'naru-volumes-'))
})
afterEach(() => rm(podDir, { recursive: true, force: true }))

const data: { cm: Record<string, string> } = { cm: { a: '1', b: '2' } }
beforeEach(() => {
  data.cm = { a: '1', b: '2' }
})

const prepare = (volumes: k8s.Volume[], spec: Partial<k8s.PodSpec> = {}) =>
  prepareVolumes({
    podDir,
    mayMount: false,
    context: {
      pod: { metadata: { name: 'p', labels: { app: 'web' } }, spec: { containers: [], volumes, ...spec } },
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
    [{ configMap: { name: 'cm', items: [{ key: 'x', path: 'x' }] } }, /references non-existent key: x/],
    [{ configMap: { name: 'cm', items: [{ key: 'a', path: '../../x' }] } }, /invalid path/],
    [{ hostPath: { path: '/does/not/exist', type: 'Directory' } }, /hostPath type check failed/],
    [{ persistentVolumeClaim: { claimName: 'c' } }, /of type persistentVolumeClaim are not supported/],
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
})

describe('mounts', () => {
  const mount = (over: Partial<k8s.VolumeMount>) =>
    containerMounts(
      { name: 'c', volumeMounts: [{ name: 'v', mountPath: '/data', ...over }] },
      new Map([['v', podDir]]),
      new Map([['NAME', 'web']]),
    )

  it('make their subPath, with variables', async () => {
    expect(await mount({ subPathExpr: 'logs/$(NAME)', readOnly: true })).toEqual([
      { containerPath: '/data', hostPath: join(podDir, 'logs/web'), readOnly: true, propagation: 'private' },
    ])
    expect((await stat(join(podDir, 'logs/web'))).isDirectory()).toBe(true)
  })

  it.each([
    [{ subPath: '../x' }, /leaves its volume/],
    [{ name: 'other' }, /no volume "other"/],
  ])('refuse %j', async (over, message) => {
    await expect(mount(over)).rejects.toThrow(message)
  })
})
