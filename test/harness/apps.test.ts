import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type App,
  APP_LABEL,
  apps,
  backingResources,
  gatewayApi,
  type k8s,
  PROCESS_LABEL,
  RELEASE_LABEL,
  releases,
  resources,
} from '../../src/api/index.ts'
import { GATEWAY_NAME, GATEWAY_NAMESPACE, runApps } from '../../src/apps/index.ts'
import { identities } from '../../src/engine/identities.ts'
import { type Clock, systemClock } from '../../src/lib/index.ts'
import { type ControlledCluster, openControlledCluster } from './controlled-cluster.ts'
import { eventually, expectGone } from './eventually.ts'
import type { PlayingKubelet, PodFate } from './playing-kubelet.ts'

const ref = { namespace: 'default', name: 'hello' }
const image = (version: string) => `registry.naru.localhost/default/hello@sha256:${version.repeat(64)}`

function helloApp(spec: Partial<App['spec']> = {}, metadata: Partial<k8s.ObjectMeta> = {}): App {
  return {
    apiVersion: 'apps.naru.dev/v1',
    kind: 'App',
    metadata: { ...ref, ...metadata },
    spec: { image: image('1'), ...spec },
  }
}

describe('an App over a real API server', () => {
  let cluster: ControlledCluster
  let kubelet: PlayingKubelet
  let fate: (pod: k8s.Pod) => PodFate
  /** How far the app controller's clock is ahead, in milliseconds. */
  let aheadMs: number

  beforeEach(async () => {
    aheadMs = 0
    const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
    cluster = await openControlledCluster({
      beside: (common, clientAs) =>
        runApps({ ...common, clock, client: clientAs(identities.apps), gateway: { port: 8080, securePort: 8443 } }),
    })
    fate = () => 'ready'
    kubelet = await cluster.openKubelet({ fate: (pod) => fate(pod) })
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const hello = () => cluster.client.get(apps, ref)
  const named = (name: string) => ({ ...ref, name })
  const deployment = (name: string) => cluster.client.get(resources.deployments, named(name))
  const route = (name = 'hello') => cluster.client.get(gatewayApi.httproutes, named(name))
  const namesOf = async (resource: typeof resources.deployments | typeof resources.jobs | typeof releases) =>
    (await cluster.client.list(resource as typeof releases, { namespace: 'default' })).items.map(
      ({ metadata }) => metadata.name,
    )
  const condition = async (type: string, key = ref) =>
    (await cluster.client.get(apps, key)).status?.conditions?.find((candidate) => candidate.type === type)
  /** The wish of now is fulfilled, by that release. */
  const serves = (release: string) =>
    eventually(async () => {
      const { metadata, status } = await hello()
      expect(status).toMatchObject({ observedGeneration: metadata.generation, servingRelease: release })
      expect(await condition('Ready')).toMatchObject({ status: 'True' })
    })
  const failsWith = (reason: string) =>
    eventually(async () => expect(await condition('Progressing')).toMatchObject({ status: 'False', reason }))
  const deploy = (spec: Partial<App['spec']>, annotations: Record<string, string> = {}) =>
    cluster.client.patch(apps, ref, { metadata: { annotations }, spec })
  const again = { deployedAt: '2100-01-01T00:00:00Z' }
  const isOf = (pod: k8s.Pod, release: number) => pod.metadata.labels?.[RELEASE_LABEL] === String(release)
  const processOf = (pod: k8s.Pod) => pod.metadata.labels?.[PROCESS_LABEL]
  const pods = async () => (await cluster.client.list(resources.pods, { namespace: 'default' })).items

  it('becomes a release, a Deployment, Services and a route, and says where it answers', async () => {
    await cluster.client.create(apps, helloApp({ description: 'the first' }))
    await serves('hello-v1')
    expect((await hello()).status).toMatchObject({
      url: 'http://hello.localhost:8080',
      replicas: 1,
      readyReplicas: 1,
      latestRelease: 'hello-v1',
      servingImage: image('1'),
      traffic: [{ release: 'hello-v1', number: 1, percent: 100 }],
    })
    expect((await route()).spec).toMatchObject({
      hostnames: ['hello.localhost'],
      parentRefs: ['http', 'https'].map((sectionName) => ({
        name: GATEWAY_NAME,
        namespace: GATEWAY_NAMESPACE,
        sectionName,
      })),
      rules: [{ backendRefs: [{ name: 'hello-v1', port: 80 }] }],
    })
    const release = await cluster.client.get(releases, named('hello-v1'))
    expect(release.spec).toEqual({ app: 'hello', number: 1, image: image('1'), description: 'the first' })
    const services = await Promise.all(
      ['hello', 'hello-v1'].map((name) => cluster.client.get(resources.services, named(name))),
    )
    for (const { spec } of services) {
      expect(spec?.ports).toMatchObject([{ port: 80, targetPort: 'http' }])
      expect(spec?.selector).toMatchObject({ [RELEASE_LABEL]: '1', [PROCESS_LABEL]: 'web' })
    }
    for (const owned of [await route(), services[0], release])
      expect(owned?.metadata.ownerReferences).toMatchObject([{ kind: 'App', name: 'hello', controller: true }])
    for (const owned of [await deployment('hello-v1'), services[1]])
      expect(owned?.metadata.ownerReferences).toMatchObject([{ kind: 'Release', name: 'hello-v1', controller: true }])
    await cluster.client.get(gatewayApi.gateways, { namespace: GATEWAY_NAMESPACE, name: GATEWAY_NAME })
  })

  it('a new release takes over when it is up; until then the old one serves', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    fate = (pod) => (isOf(pod, 2) ? 'held' : 'ready')
    await deploy({ image: image('2') })
    await eventually(async () => {
      expect(await condition('Ready')).toMatchObject({ status: 'False', reason: 'RollingOut' })
      expect((await hello()).status).toMatchObject({ latestRelease: 'hello-v2', servingRelease: 'hello-v1' })
      expect((await route()).spec.rules).toMatchObject([{ backendRefs: [{ name: 'hello-v1' }] }])
    })
    fate = () => 'ready'
    kubelet.release()
    await serves('hello-v2')
    expect((await route()).spec.rules).toMatchObject([{ backendRefs: [{ name: 'hello-v2' }] }])
    expect((await cluster.client.get(resources.services, ref)).spec?.selector).toMatchObject({ [RELEASE_LABEL]: '2' })
    await eventually(async () => {
      expect((await deployment('hello-v1')).spec.replicas).toBe(0)
      expect(await pods()).toHaveLength(1)
    })
  })

  it('a release does not change, and its objects are put right', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    await expect(cluster.client.patch(releases, named('hello-v1'), { spec: { image: image('9') } })).rejects.toThrow(
      'a release does not change; make a new one',
    )
    const change = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image('9') }]
    await cluster.client.patch(resources.deployments, named('hello-v1'), change, { type: 'json' })
    await eventually(async () => {
      const { template } = (await deployment('hello-v1')).spec
      expect(template.spec?.containers[0]?.image).toBe(image('1'))
    })
  })

  it('going back to what was there before is the old release again, with its configuration', async () => {
    await cluster.client.create(apps, helloApp({ configuration: 'hello-env-a' }))
    await serves('hello-v1')
    await deploy({ image: image('2'), configuration: 'hello-env-b' })
    await serves('hello-v2')
    await deploy({ image: image('1'), configuration: 'hello-env-a' })
    await serves('hello-v1')
    expect(await namesOf(releases)).toEqual(['hello-v1', 'hello-v2'])
    await eventually(async () => {
      expect((await deployment('hello-v2')).spec.replicas).toBe(0)
      expect((await pods()).map((pod) => pod.spec?.containers[0]?.envFrom)).toEqual([
        [{ secretRef: { name: 'hello-env-a' } }],
      ])
    })
  })

  it('scaling makes no release', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    await deploy({ processes: [{ name: 'web', replicas: 3 }] })
    await eventually(async () => expect((await hello()).status?.readyReplicas).toBe(3))
    expect(await namesOf(releases)).toEqual(['hello-v1'])
    fate = () => 'held'
    await deploy({ processes: [{ name: 'web', replicas: 4 }] })
    await eventually(async () => expect((await deployment('hello-v1')).status?.replicas).toBe(4))
    const { metadata, status } = await hello()
    expect(status?.observedGeneration).toBe(metadata.generation)
    expect(await condition('Ready')).toMatchObject({ status: 'False', reason: 'RollingOut' })
    fate = () => 'ready'
    kubelet.release()
    await serves('hello-v1')
    expect((await hello()).status?.readyReplicas).toBe(4)
    await deploy({ processes: [{ name: 'web', replicas: 0 }] })
    await eventually(async () => expect(await condition('Ready')).toMatchObject({ reason: 'ScaledToZero' }))
    expect(await pods()).toEqual([])
  })

  it('a release that fails says why, is withdrawn, and the one before goes on serving', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    fate = (pod) => (isOf(pod, 2) ? 'crashing' : 'ready')
    await deploy({ image: image('2') })
    await failsWith('CrashLoopBackOff')
    expect((await condition('Progressing'))?.message).toContain('exited with code 7')
    expect(await pods()).toHaveLength(2)
    expect((await hello()).status?.servingRelease).toBe('hello-v1')

    aheadMs = 31_000
    await deploy({}, { look: 'again' })
    await eventually(async () => {
      expect((await deployment('hello-v2')).spec.replicas).toBe(0)
      expect(await condition('Progressing')).toMatchObject({
        status: 'False',
        message: expect.stringContaining(
          'hello-v2 was withdrawn, hello-v1 goes on serving: the app exited with code 7',
        ),
      })
    })
    expect((await route()).spec.rules).toMatchObject([{ backendRefs: [{ name: 'hello-v1' }] }])

    fate = () => 'ready'
    await deploy(again)
    await serves('hello-v3')
  })

  it('the first release is not withdrawn: there is nothing to go back to', async () => {
    fate = () => 'crashing'
    await cluster.client.create(apps, helloApp())
    await failsWith('CrashLoopBackOff')
    aheadMs = 700_000
    await deploy({}, { look: 'again' })
    await eventually(async () => {
      const { status } = await cluster.client.get(releases, named('hello-v1'))
      expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'False' }])
    })
    expect((await deployment('hello-v1')).spec.replicas).toBe(1)
  })

  it('a release step runs once, before anything of the release is started', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    fate = (pod) => (processOf(pod) === 'release' ? 'held' : 'ready')
    await deploy({ image: image('2'), env: [{ name: 'A', value: 'b' }], releaseStep: { command: ['migrate'] } })
    await eventually(async () => {
      const [step] = (await pods()).filter((pod) => processOf(pod) === 'release')
      expect(step?.spec?.containers[0]).toMatchObject({
        image: image('2'),
        command: ['migrate'],
        env: [{ name: 'A', value: 'b' }],
      })
      expect(await condition('Ready')).toMatchObject({ status: 'False', reason: 'ReleaseStep' })
    })
    expect(await namesOf(resources.deployments)).toEqual(['hello-v1'])
    fate = (pod) => (processOf(pod) === 'release' ? 'succeeding' : 'ready')
    kubelet.release()
    await serves('hello-v2')
    await deploy({ env: [] })
    await serves('hello-v3')
  })

  it('a release step waits for that of the deploy before, so that two migrations do not meet', async () => {
    fate = (pod) => (processOf(pod) === 'release' ? 'held' : 'ready')
    await cluster.client.create(apps, helloApp({ releaseStep: { command: ['migrate'] } }))
    await eventually(async () => expect(await condition('Ready')).toMatchObject({ reason: 'ReleaseStep' }))
    await deploy({ image: image('2') })
    await eventually(async () =>
      expect(await condition('Ready')).toMatchObject({
        reason: 'WaitingForStep',
        message: expect.stringContaining('hello-v1-release'),
      }),
    )
    expect(await namesOf(resources.jobs)).toEqual(['hello-v1-release'])
    fate = (pod) => (processOf(pod) === 'release' ? 'succeeding' : 'ready')
    kubelet.release()
    await serves('hello-v2')
    expect(await namesOf(resources.jobs)).toEqual(['hello-v1-release', 'hello-v2-release'])
  })

  it('nothing of the first release is started before its step is done either', async () => {
    fate = (pod) => (processOf(pod) === 'release' ? 'held' : 'ready')
    await cluster.client.create(apps, helloApp({ releaseStep: { command: ['migrate'] } }))
    await eventually(async () => expect(await condition('Ready')).toMatchObject({ reason: 'ReleaseStep' }))
    expect(await namesOf(resources.deployments)).toEqual([])
    fate = (pod) => (processOf(pod) === 'release' ? 'succeeding' : 'ready')
    kubelet.release()
    await serves('hello-v1')
  })

  describe('bound to a Resource', () => {
    const db = { namespace: 'default', name: 'db' }
    const tell = (isReady: boolean) =>
      cluster.client.patch(
        backingResources,
        db,
        {
          status: {
            observedGeneration: 1,
            conditions: [{ ...READY, status: isReady ? 'True' : 'False' }],
            binding: { name: 'db-binding' },
            environment: [{ name: 'DATABASE_URL', key: 'uri' }],
            volume: { claimName: 'db', mountPath: '/data' },
          },
        },
        { subresource: 'status' },
      )
    const READY = { type: 'Ready', reason: 'R', message: 'it starts', lastTransitionTime: '2026-01-01T00:00:00Z' }
    const waits = (message: string) =>
      eventually(async () =>
        expect(await condition('Progressing')).toMatchObject({ status: 'True', reason: 'WaitingForResource', message }),
      )
    const addDatabase = () =>
      cluster.client.create(backingResources, { metadata: { ...db }, spec: { type: 'postgres' } })
    const bindings = [{ resource: 'db', prefix: 'ORDERS_' }]

    it('it waits until that is ready, its release step too, and gets its variables and files', async () => {
      await cluster.client.create(apps, helloApp({ bindings, releaseStep: { command: ['migrate'] } }))
      await waits('there is no Resource db; add it, or take it out of spec.bindings')
      await addDatabase()
      await tell(false)
      await waits('Resource db is not ready: it starts')
      expect(await pods()).toEqual([])
      expect((await cluster.client.list(resources.jobs, { namespace: 'default' })).items).toEqual([])
      fate = (pod) => (processOf(pod) === 'release' ? 'succeeding' : 'ready')
      await tell(true)
      await serves('hello-v1')
      const job = await cluster.client.get(resources.jobs, named('hello-v1-release'))
      for (const template of [job.spec?.template, (await deployment('hello-v1')).spec.template]) {
        expect(template?.spec).toMatchObject({
          securityContext: { fsGroup: 65_532 },
          volumes: [
            { name: 'binding-db', secret: { secretName: 'db-binding' } },
            { name: 'volume-db', persistentVolumeClaim: { claimName: 'db' } },
          ],
        })
        expect(template?.spec?.containers[0]).toMatchObject({
          env: expect.arrayContaining([
            { name: 'SERVICE_BINDING_ROOT', value: '/bindings' },
            { name: 'ORDERS_DATABASE_URL', valueFrom: { secretKeyRef: { name: 'db-binding', key: 'uri' } } },
          ]),
          volumeMounts: [
            { name: 'binding-db', mountPath: '/bindings/db', readOnly: true },
            { name: 'volume-db', mountPath: '/data' },
          ],
        })
      }
    })

    it('it goes on, and is the size it shall be, when that fails or is gone', async () => {
      await addDatabase()
      await tell(true)
      await cluster.client.create(apps, helloApp({ bindings }))
      await serves('hello-v1')
      const { template } = (await deployment('hello-v1')).spec
      await tell(false)
      await deploy({ processes: [{ name: 'web', replicas: 2 }] })
      await eventually(async () => expect(await pods()).toHaveLength(2))
      await cluster.client.delete(backingResources, db)
      await deploy({ processes: [{ name: 'web', replicas: 1 }] })
      await serves('hello-v1')
      expect((await deployment('hello-v1')).spec).toMatchObject({ replicas: 1, template })
    })

    it('a new release waits, while the one before goes on serving', async () => {
      await cluster.client.create(apps, helloApp())
      await serves('hello-v1')
      await deploy({ bindings })
      await waits('there is no Resource db; add it, or take it out of spec.bindings')
      expect((await hello()).status).toMatchObject({ latestRelease: 'hello-v2', servingRelease: 'hello-v1' })
      await addDatabase()
      await tell(true)
      await serves('hello-v2')
    })
  })

  it('a release step that fails stops the deploy; deployed again, it is a new release', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    fate = (pod) => (processOf(pod) === 'release' ? 'failing' : 'ready')
    await deploy({ image: image('2'), releaseStep: { command: ['migrate'] } })
    await failsWith('ReleaseStepFailed')
    expect(await namesOf(resources.deployments)).toEqual(['hello-v1'])
    expect((await hello()).status?.servingRelease).toBe('hello-v1')
    fate = (pod) => (processOf(pod) === 'release' ? 'succeeding' : 'ready')
    await deploy(again)
    await serves('hello-v3')
  })

  it('traffic is split, each tag has a URL, and the rest stays where it was', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    await deploy({
      image: image('2'),
      traffic: [
        { release: 1, percent: 100 },
        { percent: 0, tag: 'next' },
      ],
    })
    await eventually(async () => {
      const { metadata, status } = await hello()
      expect(status).toMatchObject({
        observedGeneration: metadata.generation,
        traffic: [
          { release: 'hello-v1', percent: 100 },
          { release: 'hello-v2', percent: 0, tag: 'next', url: 'http://next-hello.localhost:8080' },
        ],
      })
      expect(await condition('Ready')).toMatchObject({ status: 'True' })
      expect((await route('hello.next')).spec).toMatchObject({
        hostnames: ['next-hello.localhost'],
        rules: [{ backendRefs: [{ name: 'hello-v2' }] }],
      })
    })
    expect((await route()).spec.rules?.[0]?.backendRefs).toMatchObject([{ name: 'hello-v1' }])
    await deploy({
      traffic: [
        { release: 1, percent: 90 },
        { release: 2, percent: 10 },
      ],
    })
    await eventually(async () => {
      expect((await route()).spec.rules?.[0]?.backendRefs).toMatchObject([
        { name: 'hello-v1', weight: 90 },
        { name: 'hello-v2', weight: 10 },
      ])
      await expect(route('hello.next')).rejects.toThrow('not found')
    })
    await cluster.client.patch(apps, ref, { spec: { traffic: null } })
    await serves('hello-v2')
  })

  it('traffic for a release that there is not is refused, and stays where it is', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    await deploy({ traffic: [{ release: 7, percent: 100 }] })
    await failsWith('ReleaseNotFound')
    expect((await route()).spec.rules?.[0]?.backendRefs).toMatchObject([{ name: 'hello-v1' }])
  })

  it('workers follow the release in charge, and are up before it is', async () => {
    const processes = [{ name: 'web' }, { name: 'worker', command: ['work'], replicas: 2 }]
    await cluster.client.create(apps, helloApp({ processes }))
    await serves('hello-v1')
    expect((await deployment('hello-v1-worker')).spec.replicas).toBe(2)
    fate = (pod) => (isOf(pod, 2) && processOf(pod) === 'worker' ? 'held' : 'ready')
    await deploy({ image: image('2') })
    await eventually(async () => expect((await deployment('hello-v2')).status?.readyReplicas).toBe(1))
    expect((await hello()).status?.servingRelease).toBe('hello-v1')
    fate = () => 'ready'
    kubelet.release()
    await serves('hello-v2')
    await eventually(async () => expect((await deployment('hello-v1-worker')).spec.replicas).toBe(0))
    const worker = (await pods()).find((pod) => processOf(pod) === 'worker')
    expect(worker?.spec?.containers[0]).toMatchObject({ command: ['work'] })
    expect(worker?.spec?.containers[0]?.ports).toBeUndefined()
  })

  it('an app of workers alone has no route and no URL', async () => {
    await cluster.client.create(apps, helloApp({ processes: [{ name: 'worker' }] }))
    await serves('hello-v1')
    expect((await hello()).status?.url).toBeUndefined()
    expect((await cluster.client.list(gatewayApi.httproutes)).items).toEqual([])
    expect((await cluster.client.list(resources.services, { labelSelector: 'apps.naru.dev/app' })).items).toEqual([])
  })

  it('a scheduled process is one CronJob through all releases, and an autoscaled one an autoscaler', async () => {
    const processes = [
      { name: 'web', autoscaling: { minReplicas: 2, maxReplicas: 5 }, resources: { requests: { cpu: '100m' } } },
      { name: 'clean', schedule: '0 3 * * *', timeZone: 'Asia/Seoul', command: ['clean'] },
    ]
    await cluster.client.create(apps, helloApp({ processes }))
    await serves('hello-v1')
    const cronJob = () => cluster.client.get(resources.cronjobs, named('hello-clean'))
    const { uid } = (await cronJob()).metadata
    expect((await cronJob()).spec).toMatchObject({ schedule: '0 3 * * *', timeZone: 'Asia/Seoul' })
    expect((await deployment('hello-v1')).spec.replicas).toBe(2)
    await cluster.client.patch(resources.deployments, named('hello-v1'), { spec: { replicas: 4 } })
    await eventually(async () => expect((await hello()).status?.readyReplicas).toBe(4))
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } }
    await cluster.client.patch(resources.horizontalpodautoscalers, named('hello-web'), { spec: { behavior } })
    await deploy({ image: image('2') })
    await serves('hello-v2')
    expect((await deployment('hello-v2')).spec.replicas).toBe(4)
    const { metadata, spec } = await cronJob()
    expect(metadata.uid).toBe(uid)
    expect(spec.jobTemplate.spec?.template.spec?.containers[0]?.image).toBe(image('2'))
    const scaler = await cluster.client.get(resources.horizontalpodautoscalers, named('hello-web'))
    expect(scaler.spec).toMatchObject({
      scaleTargetRef: { name: 'hello-v2' },
      minReplicas: 2,
      maxReplicas: 5,
      behavior,
    })
    await deploy({ processes: [{ name: 'web' }] })
    await serves('hello-v3')
    await expect(cronJob()).rejects.toThrow('not found')
  })

  it('what a scheduled process or a route no longer says is gone from its object; what others said of pods is not', async () => {
    const clean = { name: 'clean', schedule: '0 3 * * *', command: ['clean'] }
    const web = { name: 'web' }
    const header = { set: [{ name: 'X-Api', value: '1' }] }
    const env = [{ name: 'A', value: 'b' }]
    await cluster.client.create(
      apps,
      helloApp({
        env,
        processes: [web, { ...clean, timeZone: 'Asia/Seoul' }],
        routes: [{ path: '/api', responseHeaders: header }],
        maintenance: {},
      }),
    )
    await serves('hello-v1')
    const cronJob = async () => {
      const { spec } = await cluster.client.get(resources.cronjobs, named('hello-clean'))
      return { timeZone: spec.timeZone, env: spec.jobTemplate.spec?.template.spec?.containers[0]?.env }
    }
    expect(await cronJob()).toEqual({ timeZone: 'Asia/Seoul', env })
    const spec = { env: null, processes: [web, clean], routes: [{ path: '/api' }], maintenance: null }
    await cluster.client.patch(apps, ref, { spec })
    await serves('hello-v2')
    await eventually(async () => expect(await cronJob()).toEqual({ timeZone: undefined, env: undefined }))
    const rule = (await route()).spec.rules?.find(({ matches }) => matches?.[0]?.path?.value === '/api')
    expect(rule?.filters ?? []).toEqual([])

    const restarted = { spec: { template: { metadata: { annotations: { restarted: 'now' } } } } }
    await cluster.client.patch(resources.deployments, named('hello-v2'), restarted)
    await cluster.client.patch(apps, ref, { spec: { processes: [{ ...web, replicas: 2 }, clean] } })
    await eventually(async () => expect((await deployment('hello-v2')).spec.replicas).toBe(2))
    expect((await deployment('hello-v2')).spec.template.metadata?.annotations).toEqual({ restarted: 'now' })
  })

  it('keeps the ten newest releases', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    for (let number = 2; number <= 12; number++) {
      await deploy({ description: `the ${number}th` })
      await serves(`hello-v${number}`)
    }
    await eventually(async () => expect(await namesOf(releases)).toHaveLength(10))
    expect(await namesOf(releases)).not.toContain('hello-v2')
    await eventually(async () => expect(await namesOf(resources.deployments)).toHaveLength(10))
  })

  it('answers at more hosts and paths, each with rules of its own, and is taken out for maintenance', async () => {
    const www = { host: 'www.example', redirect: { to: 'https://shop.example', status: 301 } }
    const api = { path: '/api', rewritePrefix: '/', responseHeaders: { set: [{ name: 'X-Api', value: '1' }] } }
    await cluster.client.create(apps, helloApp({ hosts: ['shop.example'], routes: [www, api] }))
    await serves('hello-v1')
    const toApp = { backendRefs: [{ name: 'hello-v1' }] }
    expect((await route()).spec).toMatchObject({
      hostnames: ['shop.example'],
      rules: [{ matches: [{ path: { value: '/api' } }], ...toApp }, toApp],
    })
    expect((await route('hello.at.www.example')).spec).toMatchObject({
      hostnames: ['www.example'],
      rules: [{ filters: [{ requestRedirect: { hostname: 'shop.example', statusCode: 301 } }] }],
    })
    // What is no longer in a rule goes from the objects, too; and no release is made for it.
    await deploy({ routes: [{ path: '/api', rewritePrefix: '/' }] })
    await eventually(async () => {
      const [first] = (await route()).spec.rules ?? []
      expect(first?.filters).toEqual([
        { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } },
      ])
      await expectGone(route('hello.at.www.example'))
    })
    await deploy({ maintenance: { message: 'Back at ten' } })
    await eventually(async () => {
      const { metadata, spec } = await route()
      expect(metadata.annotations).toMatchObject({ 'apps.naru.dev/maintenance-message': 'Back at ten' })
      expect(spec.rules).toMatchObject([{ filters: [{ type: 'ExtensionRef' }] }])
    })
    await cluster.client.patch(apps, ref, { spec: { maintenance: null, routes: null } })
    await eventually(async () => {
      const { rules } = (await route()).spec
      expect(rules).toHaveLength(1)
      expect(rules).toMatchObject([{ filters: [], ...toApp }])
    })
    expect(await namesOf(releases)).toEqual(['hello-v1'])
  })

  it('shows the certificate that it was given, and answers by HTTPS alone when asked to, until it is asked no longer', async () => {
    await cluster.client.create(apps, helloApp({ hosts: ['shop.example', 'www.example'] }))
    await serves('hello-v1')
    const certificates = [{ hosts: ['shop.example'], secretName: 'shop' }]
    await deploy({ tls: { redirect: true, certificates } })
    const sections = async (name?: string) => (await route(name)).spec.parentRefs?.map(({ sectionName }) => sectionName)
    const own = () => cluster.client.get(gatewayApi.gateways, named('hello'))
    await eventually(async () => {
      expect(await sections()).toEqual(['https', undefined])
      expect(await sections('hello.to.https')).toEqual(['http'])
      expect((await own()).spec.listeners).toMatchObject([
        { hostname: 'shop.example', port: 8443, tls: { certificateRefs: [{ name: 'shop' }] } },
      ])
      expect((await hello()).status?.url).toBe('https://shop.example:8443')
    })
    await deploy({ tls: { redirect: false, certificates: [] } })
    await eventually(async () => {
      expect(await sections()).toEqual(['http', 'https'])
      await expectGone(route('hello.to.https'))
      await expectGone(own())
      expect((await hello()).status?.url).toBe('http://shop.example:8080')
    })
    expect(await namesOf(releases)).toEqual(['hello-v1'])
  })

  it('a host that another App has is refused, and granted when it becomes free', async () => {
    await cluster.client.create(apps, helloApp({ hosts: ['shop.example'] }))
    await serves('hello-v1')
    const rival = { namespace: 'default', name: 'rival' }
    await cluster.client.create(apps, helloApp({ hosts: ['shop.example'] }, { name: 'rival' }))
    await eventually(async () =>
      expect(await condition('Ready', rival)).toMatchObject({
        status: 'False',
        reason: 'HostTaken',
        message: expect.stringContaining('host shop.example belongs to App default/hello'),
      }),
    )
    await cluster.client.delete(apps, ref)
    await eventually(async () => {
      const route = await cluster.client.get(gatewayApi.httproutes, rival)
      expect(route.spec.hostnames).toEqual(['shop.example'])
      expect(await condition('Ready', rival)).toMatchObject({ status: 'True' })
    })
  })

  it('the host of a tag is not taken from the app whose name it is; it is told, and had when that has gone', async () => {
    const rival = { namespace: 'default', name: 'next-hello' }
    await cluster.client.create(apps, helloApp({}, rival))
    await eventually(async () => expect(await condition('Ready', rival)).toMatchObject({ status: 'True' }))
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    await deploy({ traffic: [{ percent: 100, tag: 'next' }] })
    await eventually(async () =>
      expect(await condition('HostsAccepted')).toMatchObject({
        status: 'False',
        reason: 'HostTaken',
        message:
          'host next-hello.localhost, of a tag, belongs to App default/next-hello; choose another tag, or remove it there',
      }),
    )
    await serves('hello-v1')
    expect((await hello()).status?.traffic).toEqual([{ release: 'hello-v1', number: 1, percent: 100, tag: 'next' }])
    await expect(route('hello.next')).rejects.toThrow('not found')
    await cluster.client.delete(apps, rival)
    await eventually(async () => {
      expect((await route('hello.next')).spec.hostnames).toEqual(['next-hello.localhost'])
      expect(await condition('HostsAccepted')).toMatchObject({ status: 'True' })
      expect((await hello()).status?.traffic?.[0]?.url).toBe('http://next-hello.localhost:8080')
    })
  })

  it('an app whose name makes the host of a tag is refused it, and has it when the tag has gone', async () => {
    await cluster.client.create(apps, helloApp({ traffic: [{ percent: 100, tag: 'next' }] }))
    await serves('hello-v1')
    const rival = { namespace: 'default', name: 'next-hello' }
    await cluster.client.create(apps, helloApp({}, rival))
    await eventually(async () =>
      expect(await condition('Ready', rival)).toMatchObject({
        status: 'False',
        reason: 'HostTaken',
        message: expect.stringContaining('host next-hello.localhost belongs to App default/hello'),
      }),
    )
    expect((await route('hello.next')).spec.hostnames).toEqual(['next-hello.localhost'])
    await cluster.client.patch(apps, ref, { spec: { traffic: null } })
    await eventually(async () => {
      expect(await condition('Ready', rival)).toMatchObject({ status: 'True' })
      expect((await route('next-hello')).spec.hostnames).toEqual(['next-hello.localhost'])
    })
  })

  it('a host for a tag that another namespace has is refused, is told, and is had when it is free', async () => {
    await cluster.client.create(resources.namespaces, { metadata: { name: 'other' }, spec: {} })
    const theirs = { namespace: 'other', name: 'theirs' }
    await cluster.client.create(gatewayApi.httproutes, { metadata: theirs, spec: { hostnames: ['next-shop.example'] } })
    await cluster.client.create(apps, helloApp({ hosts: ['shop.example'] }))
    await serves('hello-v1')
    await deploy({ traffic: [{ percent: 100, tag: 'next' }] })
    await eventually(async () =>
      expect(await condition('HostsAccepted')).toMatchObject({
        status: 'False',
        reason: 'HostTaken',
        message: expect.stringContaining('the host next-shop.example is in use by another namespace'),
      }),
    )
    expect((await route()).spec.hostnames).toEqual(['shop.example'])
    await cluster.client.delete(gatewayApi.httproutes, theirs)
    await deploy({}, again)
    await serves('hello-v1')
    expect((await route('hello.next')).spec.hostnames).toEqual(['next-shop.example'])
    expect(await condition('HostsAccepted')).toMatchObject({ status: 'True' })
  })

  it('an object of its name that is not its own is not touched', async () => {
    await cluster.client.create(resources.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: ref,
      spec: { ports: [{ port: 1234 }] },
    })
    await cluster.client.create(apps, helloApp())
    await eventually(async () =>
      expect(await condition('Ready')).toMatchObject({ status: 'False', reason: 'NameTaken' }),
    )
    expect((await cluster.client.get(resources.services, ref)).spec?.ports).toMatchObject([{ port: 1234 }])
  })

  it('is not the heir of an earlier one of its name: its release step runs, and what that one left goes', async () => {
    fate = (pod) => (processOf(pod) === 'release' ? 'succeeding' : 'ready')
    const wish = helloApp({ releaseStep: { command: ['migrate'] } })
    await cluster.client.create(apps, wish)
    await serves('hello-v1')
    const step = async () => (await cluster.client.get(resources.jobs, named('hello-v1-release'))).metadata.uid
    const before = await step()
    await cluster.client.delete(apps, ref, { propagationPolicy: 'Background' })
    await cluster.client.create(apps, wish)
    const seen = new Set<string | undefined>()
    await eventually(async () => {
      const ready = await condition('Ready')
      seen.add(ready?.reason)
      expect(ready).toMatchObject({ status: 'True' })
      expect(await namesOf(releases)).toEqual(['hello-v1'])
      expect(await step()).not.toBe(before)
    })
    expect(seen).not.toContain('NameTaken')
  })

  it('a release of its name that somebody else made is not touched', async () => {
    const spec = { app: 'hello', number: 1, image: image('1') }
    await cluster.client.create(releases, {
      metadata: { ...named('hello-v1'), labels: { [APP_LABEL]: 'hello' } },
      spec,
    })
    await cluster.client.create(apps, helloApp())
    await eventually(async () =>
      expect(await condition('Ready')).toMatchObject({
        reason: 'NameTaken',
        message: expect.stringContaining('Release default/hello-v1 exists and was not made for this App'),
      }),
    )
    await cluster.client.delete(releases, named('hello-v1'))
    await serves('hello-v1')
  })

  it('says what a quota or a policy refuses it, and goes on when that is mended', async () => {
    const quota = named('no-services')
    await cluster.client.create(resources.resourcequotas, { metadata: quota, spec: { hard: { services: '0' } } })
    await eventually(async () => {
      const { status } = await cluster.client.get(resources.resourcequotas, quota)
      expect(status?.hard).toEqual({ services: '0' })
    })
    await cluster.client.create(apps, helloApp())
    await failsWith('Forbidden')
    expect((await condition('Ready'))?.message).toContain('exceeded quota: no-services')
    await cluster.client.delete(resources.resourcequotas, quota)
    await deploy({}, { look: 'again' })
    await serves('hello-v1')
  })

  it('takes all it made with it', async () => {
    await cluster.client.create(apps, helloApp())
    await serves('hello-v1')
    await cluster.client.delete(apps, ref)
    await eventually(async () => {
      for (const resource of [resources.deployments, resources.replicasets, resources.pods, gatewayApi.httproutes])
        expect((await cluster.client.list<k8s.Pod>(resource as never, { namespace: 'default' })).items).toEqual([])
      const services = await cluster.client.list(resources.services, { labelSelector: 'apps.naru.dev/app' })
      expect(services.items).toEqual([])
    })
  })
})
