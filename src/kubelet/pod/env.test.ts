import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { Backoff, goDuration } from './backoff.ts'
import { containerEnv } from './env.ts'
import { expand } from './expand.ts'
import { registryHostOf } from './images.ts'
import { qosClassOf } from '../../api/machinery.ts'
import { containerResources } from './resources.ts'

const node = { nodeName: 'n', hostIP: '192.0.2.1', cpuMilli: 2000, memoryBytes: 8 << 30 }
const pod: k8s.Pod = {
  metadata: { name: 'p', namespace: 'shop', uid: 'u', labels: { app: 'web' } },
  spec: { containers: [], serviceAccountName: 'robot' },
}
const config = {
  configMap: async (name: string) =>
    name === 'cm' ? ({ metadata: { name }, data: { color: 'red', A: 'from cm' } } as k8s.ConfigMap) : undefined,
  secret: async (name: string) =>
    name === 'sec'
      ? ({ metadata: { name }, data: { key: Buffer.from('hush').toString('base64') } } as k8s.Secret)
      : undefined,
}
const envOf = async (container: Partial<k8s.Container>) =>
  Object.fromEntries(
    await containerEnv({
      pod,
      container: { name: 'c', ...container },
      config,
      node,
      podIPs: ['10.0.0.9'],
      base: { BASE: '1' },
    }),
  )

describe('expansion of $(NAME)', () => {
  it.each([
    ['$(A)-$(B)', '1-$(B)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$1'],
    ['plain $A', 'plain $A'],
    ['$(A', '$(A'],
  ])('%s gives %s', (text, expected) => expect(expand(text, new Map([['A', '1']]))).toBe(expected))
})

describe('the environment of a container', () => {
  it('takes values from everywhere, later ones over earlier ones', async () => {
    expect(
      await envOf({
        envFrom: [{ configMapRef: { name: 'cm' } }, { prefix: 'S_', secretRef: { name: 'sec' } }],
        env: [
          { name: 'A', value: 'own' },
          { name: 'B', value: '$(A) $(color) $(BASE)' },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
          { name: 'SA', valueFrom: { fieldRef: { fieldPath: 'spec.serviceAccountName' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          { name: 'MEM', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
          { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'sec', key: 'key' } } },
          { name: 'NONE', valueFrom: { configMapKeyRef: { name: 'none', key: 'x', optional: true } } },
        ],
        resources: { limits: { memory: '64Mi' } },
      }),
    ).toEqual({
      BASE: '1',
      color: 'red',
      S_key: 'hush',
      A: 'own',
      B: 'own red 1',
      IP: '10.0.0.9',
      APP: 'web',
      SA: 'robot',
      CPU: '2',
      MEM: '64',
      SECRET: 'hush',
    })
  })

  it.each([
    [{ configMapKeyRef: { name: 'none', key: 'x' } }, 'configmap "none" not found'],
    [{ secretKeyRef: { name: 'sec', key: 'x' } }, "couldn't find key x in Secret shop/sec"],
    [{ fieldRef: { fieldPath: 'spec.unknown' } }, 'unsupported fieldPath: spec.unknown'],
  ])('says what is missing: %j', async (valueFrom, message) => {
    await expect(envOf({ env: [{ name: 'X', valueFrom }] })).rejects.toMatchObject({
      reason: 'CreateContainerConfigError',
      message,
    })
  })
})

describe('back-off', () => {
  it('lets the first retry go at once, then waits 10 s, doubling to 5 min', () => {
    const backoff = new Backoff()
    let now = 0
    const delays: number[] = []
    for (let round = 0; round < 8; round++) {
      const wait = backoff.waiting('k', now, now)
      delays.push(wait?.delayMs ?? 0)
      now += wait?.remainingMs ?? 0
      backoff.next('k', now, now)
    }
    expect(delays).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000])
  })

  it('forgets after ten quiet minutes', () => {
    const backoff = new Backoff()
    for (let round = 0; round < 4; round++) backoff.next('k', round)
    expect(backoff.waiting('k', 100, 100 + 600_001)).toBeUndefined()
    backoff.next('k', 700_000, 690_000)
    expect(backoff.waiting('k', 700_000, 700_000)?.delayMs).toBe(10_000)
  })

  it.each([
    [10_000, '10s'],
    [80_000, '1m20s'],
    [300_000, '5m0s'],
  ])('writes %i ms as %s', (ms, text) => expect(goDuration(ms)).toBe(text))
})

describe('resources', () => {
  const withResources = (resources: k8s.ResourceRequirements): k8s.Pod => ({
    ...pod,
    spec: { containers: [{ name: 'c', resources }] },
  })
  it.each([
    ['BestEffort', {}],
    ['Burstable', { requests: { cpu: '100m' } }],
    ['Guaranteed', { limits: { cpu: '1', memory: '1Gi' } }],
    ['Burstable', { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } }],
  ] as [string, k8s.ResourceRequirements][])('%s for %j', (expected, resources) =>
    expect(qosClassOf(withResources(resources).spec)).toBe(expected),
  )

  it('become shares, a quota and a limit', () => {
    const burstable = withResources({
      requests: { cpu: '250m', memory: '2Gi' },
      limits: { cpu: '500m', memory: '4Gi' },
    })
    expect(containerResources(burstable, burstable.spec.containers[0] as k8s.Container, 8 * 2 ** 30)).toEqual({
      cpuShares: 256,
      cpuPeriodMicros: 100_000,
      cpuQuotaMicros: 50_000,
      memoryLimitBytes: 4 * 2 ** 30,
      oomScoreAdj: 750,
    })
  })
})

describe('registry hosts', () => {
  it.each([
    ['r.test/a/b:1', 'r.test'],
    ['localhost/a', 'localhost'],
    ['h:5000/a@sha256:1', 'h:5000'],
    ['library/a', 'docker.io'],
    ['a', 'docker.io'],
  ])('%s is from %s', (image, host) => expect(registryHostOf(image)).toBe(host))
})
