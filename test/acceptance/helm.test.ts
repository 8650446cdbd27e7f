import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { type Helm, openHelm, type Revision } from './harness/helm.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

let naru: Installation
let helm: Helm
/** An image that the process runtime can run: the app of examples/hello, with Node.js. */
let image: string

beforeAll(async () => {
  naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
  image = await naru.deployHello()
  helm = await openHelm(naru)
}, 600_000)
afterAll(async () => naru?.[Symbol.asyncDispose]())

const states = (history: Revision[]) => history.map(({ status, description }) => `${status}: ${description}`)
/** `kind/name` of what there is of these kinds, without what the engine made by itself. */
const names = async (kinds: string, ...args: string[]) =>
  (await naru.kubectl('get', kinds, '-o', 'name', ...args)).split('\n').filter((name) => name !== '')

describe('a web app', () => {
  const values = (...more: string[]) => ['--set', `image.reference=${image}`, ...more.flatMap((one) => ['--set', one])]
  const readyPods = async () => {
    const pods = await naru.kubectlJson<k8s.PodList>('get', 'pods', '-l', 'app.kubernetes.io/instance=shop')
    const alive = pods.items.filter((pod) => pod.metadata.deletionTimestamp === undefined)
    return alive.filter((pod) =>
      pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    )
  }

  it('is refused by the chart when its values do not fit, and validated by the server when they do', async () => {
    expect(await helm.refusal('install', 'shop', 'web', ...values('service.type=Odd'))).toContain('/service/type')
    expect(await helm.must('template', 'shop', 'web', '--validate', ...values())).toContain('kind: NetworkPolicy')
  })

  it('is installed: --wait comes back when its pods serve', async () => {
    const said = await helm.must('install', 'shop', 'web', '--wait', '--timeout', '60s', ...values())
    expect(said).toContain('shop says hello at http://web.localhost')
    expect(await readyPods()).toHaveLength(1)
    const kinds = 'deployments,services,ingresses,configmaps,serviceaccounts,poddisruptionbudgets,networkpolicies'
    expect(await names(kinds, '-l', 'app.kubernetes.io/managed-by=Helm')).toHaveLength(7)
    const list = JSON.parse(await helm.must('list', '-o', 'json'))
    expect(list).toMatchObject([{ name: 'shop', revision: '1', status: 'deployed', chart: 'web-0.1.0' }])
  })

  it('passes its own tests, and their logs are shown', async () => {
    const said = await helm.must('test', 'shop', '--logs', '--timeout', '30s')
    expect(said).toMatch(/Phase:\s+Succeeded/)
    expect(said).toContain('the greeting is hello')
  })

  it('is upgraded: changed settings bring new pods, the autoscaler takes over, a test may fail', async () => {
    const before = (await readyPods()).map((pod) => pod.metadata.name)
    const changes = ['greeting=rude', 'autoscaling.enabled=true', 'autoscaling.minReplicas=1']
    await helm.must('upgrade', 'shop', 'web', '--wait', '--timeout', '60s', ...values(...changes))
    const after = (await readyPods()).map((pod) => pod.metadata.name)
    expect(after).toHaveLength(1)
    expect(before).not.toContain(after[0])
    expect(await names('horizontalpodautoscalers')).toEqual(['horizontalpodautoscaler.autoscaling/shop-web'])
    expect(await helm.refusal('test', 'shop', '--timeout', '30s')).toContain('pod shop-web-test failed')
  })

  it('is rolled back to what it was', async () => {
    await helm.must('rollback', 'shop', '1', '--wait', '--timeout', '60s')
    expect(await names('horizontalpodautoscalers')).toEqual([])
    const settings = await naru.kubectlJson<k8s.ConfigMap>('get', 'configmap', 'shop-web')
    expect(settings.data).toEqual({ GREETING: 'hello' })
    expect(await helm.must('get', 'values', 'shop', '--all')).toContain('greeting: hello')
    expect(await helm.must('get', 'manifest', 'shop')).not.toContain('HorizontalPodAutoscaler')
  })

  it('--atomic takes an upgrade back whose pods never become ready', async () => {
    const broken = ['--set', 'image.reference=registry.naru.localhost/default/missing:1']
    const said = await helm.refusal('upgrade', 'shop', 'web', '--atomic', '--timeout', '4s', ...broken)
    expect(said).toContain('has been rolled back due to atomic being set: context deadline exceeded')
    expect(states(await helm.history('shop'))).toEqual([
      'superseded: Install complete',
      'superseded: Upgrade complete',
      'superseded: Rollback to 1',
      'failed: Upgrade "shop" failed: context deadline exceeded',
      'deployed: Rollback to 3',
    ])
    const deployment = await naru.kubectlJson<k8s.Deployment>('get', 'deployment', 'shop-web')
    expect(deployment.spec?.template.spec?.containers[0]?.image).toBe(image)
    expect(await readyPods()).toHaveLength(1)
  })

  it('is uninstalled: --wait comes back when nothing is left', async () => {
    await helm.must('uninstall', 'shop', '--wait', '--cascade', 'foreground', '--timeout', '60s')
    const kinds = 'all,configmaps,secrets,serviceaccounts,ingresses,poddisruptionbudgets,networkpolicies'
    // The pod of a test belongs to the tests, not to the release: helm leaves it.
    expect(await names(kinds, '-l', 'app.kubernetes.io/instance=shop')).toEqual(['pod/shop-web-test'])
    expect(await helm.must('list', '--all', '--short')).toBe('')
  })
})

describe('an operator', () => {
  const there = ['--namespace', 'ops']
  const upgrade = (...args: string[]) => ['upgrade', 'keeper', 'operator', ...there, ...args]
  const password = () => naru.kubectl('get', 'secret', 'keeper-operator', ...there, '-o', 'jsonpath={.data.password}')
  const gadget = () => naru.kubectl('get', 'gadgets', 'keeper-operator', ...there, '-o', 'jsonpath={.spec}')

  it('is refused by the server as long as its types are unknown', async () => {
    const said = await helm.refusal('template', 'keeper', 'operator', '--validate')
    expect(said).toContain('no matches for kind "Gadget" in version "charts.example.com/v1"')
  })

  it('is installed with its types and objects of these types in one go', async () => {
    const made = await helm.must(
      'install',
      'keeper',
      'operator',
      ...there,
      '--create-namespace',
      '--wait',
      '-o',
      'json',
    )
    expect(JSON.parse(made)).toMatchObject({ info: { status: 'deployed' } })
    expect(JSON.parse(await gadget())).toEqual({
      colour: 'red',
      ports: [{ name: 'http', port: 80 }],
      serial: 'A-1',
      size: 3,
    })
    const subject = 'system:serviceaccount:ops:keeper-operator'
    const may = ['auth', 'can-i', 'update', 'gadgets', '--subresource=status', '--as', subject, ...there]
    expect((await naru.kubectl(...may)).trim()).toBe('yes')
    expect(await helm.must('template', 'keeper', 'operator', '--validate', ...there)).toContain('kind: Gadget')
  })

  it('sees the objects of the cluster: a password made at the first install stays', async () => {
    const before = await password()
    expect(Buffer.from(before, 'base64').toString()).not.toBe('')
    await helm.must(
      ...upgrade('--set', 'size=5', '--set', 'colour=null', '--set-json', 'ports=[{"name":"admin","port":81}]'),
    )
    expect(await password()).toBe(before)
    expect(JSON.parse(await gadget())).toMatchObject({
      colour: 'grey',
      ports: [{ name: 'http' }, { name: 'admin', port: 81 }],
      size: 5,
    })
  })

  it.each([
    ['what the schema forbids', 'size=0', 'spec.size: Invalid value: 0: spec.size in body should be greater than or'],
    ['what it does not list', 'colour=blue', 'spec.colour: Unsupported value: "blue": supported values: "grey", "red"'],
    ['what a rule forbids', 'serial=B-1', 'serial is immutable'],
  ])('is not upgraded to %s', async (_, value, message) => {
    const before = await gadget()
    expect(await helm.refusal(...upgrade('--set', value))).toContain(message)
    expect(await gadget()).toBe(before)
    expect((await helm.history('keeper', ...there)).at(-1)?.status).toBe('failed')
  })

  it('has a webhook that is asked where its selector says so, and refuses when nobody answers', async () => {
    await naru.kubectl('label', 'namespace', 'ops', 'charts.example.com/guarded=true')
    const said = await helm.refusal(...upgrade('--set', 'size=9'))
    expect(said).toContain('failed calling webhook "gadgets.charts.example.com"')
    expect(said).toContain('service "keeper-operator" not found')
    await naru.kubectl('label', 'namespace', 'ops', 'charts.example.com/guarded-')
    await helm.must(...upgrade('--set', 'size=9', '--wait'))
    expect(JSON.parse(await gadget())).toMatchObject({ size: 9, colour: 'red' })
  })

  it('is uninstalled; its types stay, as helm leaves them', async () => {
    await helm.must('uninstall', 'keeper', ...there, '--wait')
    const kinds = 'clusterroles,clusterrolebindings,validatingwebhookconfigurations'
    expect((await names(kinds)).filter((name) => name.includes('keeper'))).toEqual([])
    expect(await names('gadgets,secrets,roles,rolebindings', ...there)).toEqual([])
    expect(await names('crd')).toContain('customresourcedefinition.apiextensions.k8s.io/gadgets.charts.example.com')
  })
})

describe('an umbrella with hooks', () => {
  const values = (...more: string[]) => ['--set', `image=${image}`, ...more.flatMap((one) => ['--set', one])]
  const hook = (name: string) => naru.kubectl('get', 'configmap', `fleet-${name}`, '-o', 'jsonpath={.data.revision}')
  const created = async (kind: string, name: string) =>
    Date.parse(await naru.kubectl('get', kind, name, '-o', 'jsonpath={.metadata.creationTimestamp}'))

  it('is installed with its subchart after the hooks before it have run to their end', async () => {
    await helm.must('install', 'fleet', 'umbrella', '--wait', '--timeout', '60s', ...values('global.team=harbour'))
    expect([await hook('pre-install'), await hook('post-install')]).toEqual(['1', '1'])
    expect(await names('pods', '--field-selector', 'metadata.name=fleet-migrate')).toEqual([])
    expect(await created('configmap', 'fleet-pre-install')).toBeLessThanOrEqual(await created('deployment', 'fleet'))
    const cache = await naru.kubectlJson<k8s.ConfigMap>('get', 'configmap', 'fleet-cache')
    expect([cache.data?.['size'], cache.metadata.labels?.['team']]).toEqual(['64Mi', 'harbour'])
  })

  it('is upgraded without its subchart when the condition says so', async () => {
    const less = values('global.team=harbour', 'cache.enabled=false')
    await helm.must('upgrade', 'fleet', 'umbrella', ...less)
    expect([await hook('pre-upgrade'), await hook('post-upgrade'), await hook('pre-install')]).toEqual(['2', '2', '1'])
    expect((await names('configmaps,services')).filter((name) => name.endsWith('/fleet-cache'))).toEqual([])
    await helm.must('upgrade', 'fleet', 'umbrella', ...values('global.team=harbour'))
    expect(await hook('post-upgrade')).toBe('3')
  })

  it.each([
    ['a selector', 'selectorLabel=other', /Deployment.apps "fleet" is invalid: spec.selector: .*field is immutable/],
    [
      'sealed data',
      'global.team=docks',
      /"fleet-sealed" is invalid: data: Forbidden: field is immutable when `immutable`/,
    ],
    ['a failing hook', 'hookFails=true', /pre-upgrade hooks failed: [^]*pod fleet-migrate failed/],
  ])('--atomic takes an upgrade back that cannot be: %s', async (_, value, message) => {
    const said = await helm.refusal('upgrade', 'fleet', 'umbrella', '--atomic', '--reuse-values', '--set', value)
    expect(said).toMatch(message)
    expect(said).toContain('has been rolled back due to atomic being set')
    expect((await helm.history('fleet')).slice(-2).map(({ status }) => status)).toEqual(['failed', 'deployed'])
    expect(JSON.parse(await helm.must('status', 'fleet', '-o', 'json'))).toMatchObject({ info: { status: 'deployed' } })
    expect(await hook('post-rollback')).toBe(await hook('pre-rollback'))
  })

  it('is uninstalled but for what its chart keeps', async () => {
    expect(await helm.must('uninstall', 'fleet', '--keep-history')).toContain('[Secret] fleet-kept')
    expect(await hook('post-delete')).toMatch(/^\d+$/)
    expect(await names('secret/fleet-kept')).toEqual(['secret/fleet-kept'])
    expect((await helm.history('fleet')).at(-1)?.status).toBe('uninstalled')
    expect((await names('deployments')).filter((name) => name.endsWith('/fleet'))).toEqual([])
  })
})
