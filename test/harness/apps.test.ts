import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type App, apps, gatewayApi, type k8s, resources } from '../../src/api/index.ts'
import { DEPLOYED_AT_ANNOTATION, GATEWAY_NAME, GATEWAY_NAMESPACE, runApps } from '../../src/apps/index.ts'
import { identities } from '../../src/engine/identities.ts'
import { type ControlledCluster, openControlledCluster } from './controlled-cluster.ts'
import { eventually } from './eventually.ts'
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

  beforeEach(async () => {
    cluster = await openControlledCluster({
      beside: (common, clientAs) =>
        runApps({ ...common, client: clientAs(identities.apps), gateway: { scheme: 'http', port: 8080 } }),
    })
    fate = () => 'ready'
    kubelet = await cluster.openKubelet({ fate: (pod) => fate(pod) })
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const hello = () => cluster.client.get(apps, ref)
  const deployment = () => cluster.client.get(resources.deployments, ref)
  const condition = async (type: string, key = ref) =>
    (await cluster.client.get(apps, key)).status?.conditions?.find((candidate) => candidate.type === type)
  const serves = (wished: string) =>
    eventually(async () => {
      const { metadata, status } = await hello()
      expect(status).toMatchObject({ observedGeneration: metadata.generation, servingImage: wished })
      expect(await condition('Ready')).toMatchObject({ status: 'True' })
    })
  const deploy = (spec: Partial<App['spec']>, annotations: Record<string, string> = {}) =>
    cluster.client.patch(apps, ref, { metadata: { annotations }, spec })

  it('becomes a Deployment, a Service and a route, and says where it answers', async () => {
    await cluster.client.create(apps, helloApp())
    await serves(image('1'))
    expect((await hello()).status).toMatchObject({ url: 'http://hello.localhost:8080', replicas: 1, readyReplicas: 1 })
    const route = await cluster.client.get(gatewayApi.httproutes, ref)
    expect(route.spec).toMatchObject({
      hostnames: ['hello.localhost'],
      parentRefs: [{ name: GATEWAY_NAME, namespace: GATEWAY_NAMESPACE }],
      rules: [{ backendRefs: [{ name: 'hello', port: 80 }] }],
    })
    const service = await cluster.client.get(resources.services, ref)
    expect(service.spec?.ports).toMatchObject([{ port: 80, targetPort: 'http' }])
    for (const owned of [route, service, await deployment()])
      expect(owned.metadata.ownerReferences).toMatchObject([{ kind: 'App', name: 'hello', controller: true }])
    await cluster.client.get(gatewayApi.gateways, { namespace: GATEWAY_NAMESPACE, name: GATEWAY_NAME })
  })

  it('a new image replaces the old one; until then the old one is what serves', async () => {
    await cluster.client.create(apps, helloApp())
    await serves(image('1'))
    fate = (pod) => (pod.spec?.containers[0]?.image === image('2') ? 'held' : 'ready')
    await deploy({ image: image('2') })
    await eventually(async () => {
      expect(await condition('Ready')).toMatchObject({ status: 'False', reason: 'RollingOut' })
      expect((await hello()).status?.servingImage).toBe(image('1'))
    })
    fate = () => 'ready'
    kubelet.release()
    await serves(image('2'))
  })

  it('an app that crashes says with which code, and the running version stays', async () => {
    await cluster.client.create(apps, helloApp())
    await serves(image('1'))
    fate = (pod) => (pod.spec?.containers[0]?.image === image('2') ? 'crashing' : 'ready')
    await deploy({ image: image('2') })
    await eventually(async () => {
      const told = {
        status: 'False',
        reason: 'CrashLoopBackOff',
        message: expect.stringContaining('exited with code 7'),
      }
      expect(await condition('Progressing')).toMatchObject(told)
    })
    const pods = (await cluster.client.list(resources.pods, { namespace: 'default' })).items
    expect(new Set(pods.map((pod) => pod.spec?.containers[0]?.image))).toEqual(new Set([image('1'), image('2')]))
    expect(pods).toHaveLength(2)
    expect((await hello()).status?.servingImage).toBe(image('1'))
  })

  it('leaves alone what a user does with kubectl, until the next deploy', async () => {
    await cluster.client.create(apps, helloApp())
    await serves(image('1'))
    await cluster.client.patch(resources.deployments, ref, { spec: { replicas: 3 } })
    await eventually(async () => expect((await hello()).status?.readyReplicas).toBe(3))

    await deploy({ image: image('2') })
    await serves(image('2'))
    expect((await deployment()).spec.replicas).toBe(3)

    const undo = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image('1') }]
    await cluster.client.patch(resources.deployments, ref, undo, { type: 'json' })
    await eventually(async () => {
      expect((await hello()).status?.servingImage).toBe(image('1'))
      expect(await condition('Ready')).toMatchObject({ status: 'True', reason: 'ServingOtherImage' })
    })

    await deploy({ image: image('2') }, { [DEPLOYED_AT_ANNOTATION]: '2026-01-01T00:00:00Z' })
    await serves(image('2'))
    expect((await cluster.client.list(resources.replicasets, { namespace: 'default' })).items).toHaveLength(2)
  })

  it('a host that another App has is refused, and granted when it becomes free', async () => {
    await cluster.client.create(apps, helloApp({ hosts: ['shop.example'] }))
    await serves(image('1'))
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

  it('takes all it made with it', async () => {
    await cluster.client.create(apps, helloApp())
    await serves(image('1'))
    await cluster.client.delete(apps, ref)
    await eventually(async () => {
      for (const resource of [resources.deployments, resources.replicasets, resources.pods, gatewayApi.httproutes])
        expect((await cluster.client.list<k8s.Pod>(resource as never, { namespace: 'default' })).items).toEqual([])
      const services = await cluster.client.list(resources.services, { labelSelector: 'apps.naru.dev/app' })
      expect(services.items).toEqual([])
    })
  })
})
