import { describe, expect, it } from 'vitest'
import { type App, type AppProcess, type AppSidecar, WEB_PROCESS } from '../../api/index.ts'
import { appOf, releaseOf } from '../testing.ts'
import { desiredAutoscaler } from './autoscaler.ts'
import { desiredDeployment } from './deployment.ts'
import { portOf } from './process.ts'
import { replicasOf } from './replicas.ts'
import { appRoutes, appService, releaseService, tagRoute } from './routing.ts'
import { releaseStepJob, scheduledCronJob } from './task.ts'

const web = { name: WEB_PROCESS }
const deploymentOf = (spec: Partial<App['spec']> = {}, process: AppProcess = web) =>
  desiredDeployment(releaseOf(1, spec), { process, replicas: 1 })
const container = (spec: Partial<App['spec']> = {}, process = web) =>
  deploymentOf(spec, process).spec.template.spec?.containers[0]

describe('the port of an app', () => {
  it.each([
    { spec: {}, port: 8080 },
    { spec: { port: 3000 }, port: 3000 },
    { spec: { env: [{ name: 'PORT', value: '5000' }] }, port: 5000 },
    { spec: { processes: [{ name: 'web', env: [{ name: 'PORT', value: '5001' }] }] }, port: 5001 },
    { spec: { port: 3000, env: [{ name: 'PORT', value: '5000' }] }, port: 3000 },
    { spec: { env: [{ name: 'PORT', value: 'any' }] }, port: 8080 },
  ])('$spec is $port, and PORT says the same', ({ spec, port }) => {
    expect(portOf(releaseOf(1, spec).spec)).toBe(port)
    expect(container(spec)?.env).toEqual([{ name: 'PORT', value: String(port) }])
    expect(container(spec)?.ports).toMatchObject([{ name: 'http', containerPort: port }])
  })
  it('is told to nobody but web', () => {
    expect(container({ port: 3000 }, { name: 'worker' })?.env).toBeUndefined()
    expect(container({ port: 3000 }, { name: 'worker' })?.ports).toBeUndefined()
  })
})

describe('a process of a release', () => {
  it('is safe by default and replaced without a gap', () => {
    const { template, strategy } = deploymentOf().spec
    expect(strategy?.rollingUpdate).toEqual({ maxSurge: '25%', maxUnavailable: 0 })
    expect(template.spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
    expect(template.spec?.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    })
  })
  it('may bind a port below 1024 when it was given one', () => {
    expect(container({ port: 80 })?.securityContext?.capabilities).toEqual({
      drop: ['ALL'],
      add: ['NET_BIND_SERVICE'],
    })
  })
  it('has its own environment before the app’s, and both before the configuration', () => {
    const spec = {
      env: [
        { name: 'A', value: 'app' },
        { name: 'B', value: 'app' },
      ],
      configuration: 'hello-env-1',
    }
    const process = { name: 'worker', env: [{ name: 'A', value: 'own' }] }
    expect(container(spec, process)).toMatchObject({
      env: [
        { name: 'B', value: 'app' },
        { name: 'A', value: 'own' },
      ],
      envFrom: [{ secretRef: { name: 'hello-env-1' } }],
    })
  })
  it('of web is ready when its port accepts connections, unless it says otherwise', () => {
    expect(container()?.readinessProbe).toMatchObject({ tcpSocket: { port: 'http' } })
    const readinessProbe = { httpGet: { path: '/healthz', port: 'http' } }
    expect(container({}, { ...web, readinessProbe } as typeof web)?.readinessProbe).toEqual(readinessProbe)
    expect(container({}, { name: 'worker' })?.readinessProbe).toBeUndefined()
  })
})

describe('how many pods a process has', () => {
  const deployment = (replicas: number) => desiredDeployment(releaseOf(1), { process: web, replicas })
  const autoscaled = appOf({ processes: [{ name: 'web', autoscaling: { minReplicas: 2, maxReplicas: 5 } }] })
  it.each([
    { what: 'one by default', app: appOf(), expected: 1 },
    { what: 'as the app says', app: appOf({ processes: [{ name: 'web', replicas: 3 }] }), expected: 3 },
    { what: 'none when it does not run', app: appOf(), isRunning: false, expected: 0 },
    { what: 'the least of its autoscaler at first', app: autoscaled, expected: 2 },
    { what: 'what its autoscaler decided', app: autoscaled, present: deployment(4), expected: 4 },
    { what: 'no more than the most', app: autoscaled, present: deployment(9), expected: 5 },
    {
      what: 'as many as the one before',
      app: autoscaled,
      present: deployment(0),
      predecessor: deployment(3),
      expected: 3,
    },
  ])('$what', ({ app, isRunning = true, present, predecessor, expected }) => {
    expect(replicasOf({ app, name: 'web', isRunning, present, predecessor })).toBe(expected)
  })
})

describe('what leads requests to releases', () => {
  const app = appOf()
  const share = (number: number, percent: number, tag?: string) => ({ release: releaseOf(number), percent, tag })
  it('is one Service each, and the app’s own to the one in charge', () => {
    const selector = { 'apps.naru.dev/app': 'hello', 'apps.naru.dev/release': '2', 'apps.naru.dev/process': 'web' }
    expect(releaseService(releaseOf(2))).toMatchObject({ metadata: { name: 'hello-v2' }, spec: { selector } })
    expect(appService(app, releaseOf(2))).toMatchObject({ metadata: { name: 'hello' }, spec: { selector } })
  })
  it('has weights only where it is split, and nothing for those with no share', () => {
    const backends = (...shares: ReturnType<typeof share>[]) =>
      appRoutes({ app, shares, hosts: ['hello.localhost'] })[0]?.spec.rules?.[0]?.backendRefs
    expect(backends(share(1, 100), share(2, 0))).toEqual([{ name: 'hello-v1', port: 80 }])
    expect(backends(share(1, 90), share(2, 10))).toEqual([
      { name: 'hello-v1', port: 80, weight: 90 },
      { name: 'hello-v2', port: 80, weight: 10 },
    ])
  })
  it('has a route for each tag', () => {
    expect(tagRoute(app, share(2, 0, 'next'), ['next-a'])).toMatchObject({
      metadata: { name: 'hello.next' },
      spec: { hostnames: ['next-a'], rules: [{ backendRefs: [{ name: 'hello-v2' }] }] },
    })
  })
})

describe('what runs once or by the clock', () => {
  it('is tried once, in the environment of its release', () => {
    const release = releaseOf(3, { env: [{ name: 'A', value: 'b' }], releaseStep: { args: ['migrate'] } })
    const { metadata, spec } = releaseStepJob(release)
    expect(metadata.name).toBe('hello-v3-release')
    expect(spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 600 })
    expect(spec?.template.spec).toMatchObject({
      restartPolicy: 'Never',
      containers: [{ image: 'hello:3', args: ['migrate'], env: [{ name: 'A', value: 'b' }] }],
    })
  })
  it('is a CronJob of the app', () => {
    const cronJob = scheduledCronJob(appOf(), {
      release: releaseOf(3),
      process: { name: 'clean', schedule: '@daily', command: ['clean'] },
    })
    expect(cronJob.metadata).toMatchObject({ name: 'hello-clean', labels: { 'apps.naru.dev/release': '3' } })
    expect(cronJob.metadata.ownerReferences).toMatchObject([{ kind: 'App', name: 'hello' }])
    expect(cronJob.spec).toMatchObject({ schedule: '@daily', concurrencyPolicy: 'Forbid' })
  })
})

it('an autoscaler follows the release in charge', () => {
  const process = { name: 'web', autoscaling: { maxReplicas: 5, targetCpuPercent: 60 } }
  expect(desiredAutoscaler(appOf(), releaseOf(2), process)).toMatchObject({
    metadata: { name: 'hello-web' },
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'hello-v2' },
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 60 } } }],
    },
  })
})

describe('a process with more than a container', () => {
  const process = {
    name: 'web',
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'shop-data' } }],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
    sidecars: [{ name: 'proxy', image: 'proxy:1', volumeMounts: [{ name: 'data', mountPath: '/shared' }] }],
  }
  const pod = deploymentOf({ configuration: 'secret' }, process).spec.template.spec

  it('has sidecars that are as confined as it, and do not get its configuration', () => {
    const [app, proxy] = pod?.containers ?? []
    expect(proxy).toEqual({
      ...process.sidecars[0],
      imagePullPolicy: 'IfNotPresent',
      securityContext: app?.securityContext,
    })
  })
  it('shares its volumes with them', () => {
    expect(pod?.volumes).toEqual(process.volumes)
    expect(pod?.containers[0]?.volumeMounts).toEqual(process.volumeMounts)
  })
  it('has some begin before it, and waits for them as they say', () => {
    const readinessProbe = { httpGet: { path: '/', port: 9000 } }
    const sidecars: AppSidecar[] = [
      { name: 'seed', image: 's', before: 'complete' },
      { name: 'beside', image: 'b' },
      { name: 'proxy', image: 'p', before: 'healthy', readinessProbe },
      { name: 'agent', image: 'a', before: 'started' },
    ]
    const { containers, initContainers } = deploymentOf({}, { name: 'web', sidecars }).spec.template.spec ?? {}
    expect(containers?.map(({ name }) => name)).toEqual(['app', 'beside'])
    const first = initContainers?.map(({ name, restartPolicy, startupProbe }) => ({
      name,
      restartPolicy,
      startupProbe,
    }))
    expect(first).toEqual([
      { name: 'seed' },
      {
        name: 'proxy',
        restartPolicy: 'Always',
        startupProbe: { ...readinessProbe, periodSeconds: 1, failureThreshold: 300 },
      },
      { name: 'agent', restartPolicy: 'Always' },
    ])
    expect(initContainers?.some((container) => Object.hasOwn(container, 'before'))).toBe(false)
  })
  it('has no sidecars where it does its work and ends', () => {
    const step = releaseStepJob(releaseOf(1, { processes: [process], releaseStep: { command: ['migrate'] } }))
    expect(step.spec.template.spec?.containers).toHaveLength(1)
  })
})

it('gives the Service of an app the ports that it asks for, beside the one of the gateway', () => {
  const servicePorts = [
    { name: 'grpc', port: 7070 },
    { name: 'dns', port: 53, targetPort: 5353, protocol: 'UDP' },
    { name: 'www', port: 80, targetPort: 3000 },
  ]
  expect(releaseService(releaseOf(1, { servicePorts })).spec.ports).toEqual([
    { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' },
    { name: 'grpc', port: 7070, protocol: 'TCP', targetPort: 7070 },
    { name: 'dns', port: 53, protocol: 'UDP', targetPort: 5353 },
  ])
})
