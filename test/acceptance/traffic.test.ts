/** Ways to an app other than its URL, and what NetworkPolicies keep from it: a whole engine, real containers, curl. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, runCommand } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

let naru: Installation
let url: string

beforeAll(async () => {
  naru = await openInstallation()
  url = await naru.deploy(await naru.copyOf('examples/hello', 'hello'))
})
afterAll(() => naru[Symbol.asyncDispose]())

/** The status, or curl's own exit code as a negative number. */
async function curl(address: string, ...args: string[]): Promise<number> {
  const flags = ['-sS', '-o', '/dev/null', '-w', '%{http_code}', '--max-time', '15', ...args]
  const { code, stdout } = await runCommand('curl', [...flags, address])
  return code === 0 ? Number(stdout) : -(code ?? 1)
}

const throughGateway = async () => {
  const { gateway } = await naru.engine()
  const { hostname } = new URL(url)
  return curl(`http://127.0.0.1:${gateway.port}/`, '-H', `Host: ${hostname}`)
}

/** What a script prints in the app's container, or how it failed. */
async function inPod(script: string): Promise<string> {
  const { stdout } = await naru.kubectlResult(['exec', 'deployment/hello-v1', '--', 'node', '-e', script])
  return stdout.trim()
}
const fetchInPod = (address: string) =>
  inPod(`fetch('${address}').then((r) => console.log(r.status), (e) => console.log(e.cause?.code ?? e.name))`)
const resolveInPod = () =>
  inPod(`
    const { Resolver } = require('dns').promises
    const resolver = new Resolver({ timeout: 1000, tries: 2 })
    resolver.resolve4('kubernetes.default.svc.cluster.local').then(console.log, (e) => console.log(e.code))`)

const hello = { matchLabels: { 'apps.naru.dev/app': 'hello' } }
const policy = (name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'default' },
  spec: { podSelector: hello, ...spec },
})
const named = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } })

test('a Service of type LoadBalancer answers at the node’s address until the engine is down', async () => {
  await naru.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'balanced', namespace: 'default' },
    spec: { type: 'LoadBalancer', selector: hello.matchLabels, ports: [{ port: 18_090, targetPort: 8080 }] },
  })
  const address = await eventually('the load balancer has an address', async () => {
    const path = '{.status.loadBalancer.ingress[0].ip}'
    return (await naru.kubectl('get', 'service/balanced', '-o', `jsonpath=${path}`)) || undefined
  })
  const [node] = (await naru.kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].status.addresses[0].address}')).split(
    ' ',
  )
  expect(address).toBe(node)
  for (const host of [address, '127.0.0.1'])
    await eventually(`${host} answers`, async () => (await curl(`http://${host}:18090/`)) === 200)
  expect(await fetchInPod(`http://${address}:18090/`)).toBe('200')
})

test('an app that lets nobody in is not reached by the gateway, unless it lets in naru-system', async () => {
  expect(await throughGateway()).toBe(200)
  await naru.apply(policy('closed', { policyTypes: ['Ingress'] }))
  await eventually('the gateway is kept out', async () => (await throughGateway()) === 502, { timeoutMs: 60_000 })
  await naru.apply(policy('gateway', { ingress: [{ from: [named('naru-system')] }] }))
  await eventually('the gateway is let in', async () => (await throughGateway()) === 200)
  await naru.kubectl('delete', 'networkpolicy', 'closed', 'gateway')
})

test('an app that may go nowhere resolves no names and sees no API, unless policies name them', async () => {
  expect(await resolveInPod()).toContain('10.96.0.1')
  await naru.apply(policy('silent', { policyTypes: ['Egress'] }))
  await eventually('no names', async () => (await resolveInPod()) === 'ETIMEOUT', { timeoutMs: 60_000 })
  const dns = { ...named('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }
  const ports = [{ port: 53, protocol: 'UDP' }]
  await naru.apply(policy('ask', { policyTypes: ['Egress'], egress: [{ to: [dns], ports }] }))
  await eventually('names', async () => (await resolveInPod()).includes('10.96.0.1'), { timeoutMs: 60_000 })
  const openApi =
    "require('net').connect(443, '10.96.0.1').on('connect', () => { console.log('open'); process.exit() })"
  const reach = () =>
    inPod(
      `${openApi}.on('error', (e) => console.log(e.code)).setTimeout(2000, () => { console.log('silence'); process.exit() })`,
    )
  expect(await reach()).toBe('silence')
  const path = '{.endpoints[0].addresses[0]}:{.ports[0].port}'
  const slice = await naru.kubectl('get', 'endpointslice', 'kubernetes', '-o', `jsonpath=${path}`)
  const [address, port] = slice.split(':')
  const api = { to: [{ ipBlock: { cidr: `${address}/32` } }], ports: [{ port: Number(port) }] }
  await naru.apply(policy('call', { policyTypes: ['Egress'], egress: [api] }))
  await eventually('the API', async () => (await reach()) === 'open', { timeoutMs: 60_000 })
  await naru.kubectl('delete', 'networkpolicy', 'silent', 'ask', 'call')
})

test('what a Service had of the machine’s ports is the machine’s again when the engine is down', async () => {
  expect(await curl('http://127.0.0.1:18090/')).toBe(200)
  await naru.mustNaru('down')
  // Nobody listens: curl's exit code 7.
  expect(await curl('http://127.0.0.1:18090/')).toBe(-7)
})
