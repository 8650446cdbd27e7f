/** Services against the real kernel: pods are network namespaces plugged in by the real CNI plugins, clients are real
 *  TCP and UDP sockets. Needs root, nft and the CNI plugins. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isApiError, type k8s, resources } from '../../src/api/index.ts'
import { silentLogger, systemClock } from '../../src/lib/index.ts'
import { type Network, openNetwork, purgeNetwork } from '../../src/network/index.ts'
import { openTestCluster, type TestCluster } from '../harness/cluster.ts'

const place = { bridge: 'narun0', tableName: 'naru_test_n', stateDir: mkdtempSync(join(tmpdir(), 'naru-network-')) }
const ranges = { podCidr: '10.246.0.0/24', serviceCidr: '10.97.0.0/16' }
const SETTINGS = ['net/ipv4/ip_forward', 'net/bridge/bridge-nf-call-iptables', 'net/bridge/bridge-nf-call-ip6tables']
const before = SETTINGS.map((setting) => readFileSync(`/proc/sys/${setting}`, 'utf8'))

let cluster: TestCluster
let network: Network
const servers: ChildProcess[] = []
const pods = new Map<string, { netns: string; address: string }>()

async function startNetwork(): Promise<Network> {
  const { client } = cluster
  const started = await openNetwork({
    ...place,
    ...ranges,
    client,
    clock: systemClock,
    logger: silentLogger,
    nodeName: 'node-1',
  })
  await started.ready
  return started
}

beforeAll(async () => {
  cluster = await openTestCluster({ serviceCidr: ranges.serviceCidr })
  network = await startNetwork()
  for (const name of ['web-1', 'web-2', 'client']) plugIn(name)
  for (const name of ['web-1', 'web-2']) await serve(name)
}, 60_000)

afterAll(async () => {
  for (const server of servers) server.kill('SIGKILL')
  for (const { netns } of pods.values()) execFileSync('ip', ['netns', 'delete', netns])
  await network?.[Symbol.asyncDispose]()
  await purgeNetwork({ ...place, logger: silentLogger })
  await cluster?.[Symbol.asyncDispose]()
  rmSync(place.stateDir, { recursive: true, force: true })
})

/** Makes a network namespace and runs the CNI plugin chain's first plugin on it, as a runtime would. */
function plugIn(name: string): void {
  const netns = `naru-test-${name}`
  execFileSync('ip', ['netns', 'add', netns])
  execFileSync('ip', ['-n', netns, 'link', 'set', 'lo', 'up'])
  const list = JSON.parse(readFileSync(join(network.cniConfDir, '10-narun0.conflist'), 'utf8'))
  const config = { cniVersion: list.cniVersion, name: list.name, ...list.plugins[0] }
  const plugins = network.cniBinDir ?? ''
  const result = execFileSync(join(plugins, 'bridge'), {
    input: JSON.stringify(config),
    env: {
      CNI_COMMAND: 'ADD',
      CNI_CONTAINERID: netns,
      CNI_NETNS: `/var/run/netns/${netns}`,
      CNI_IFNAME: 'eth0',
      CNI_PATH: plugins,
      PATH: process.env.PATH,
    },
  })
  pods.set(name, { netns, address: String(JSON.parse(String(result)).ips[0].address).split('/')[0] ?? '' })
}

/** An HTTP-less echo of who you are and who came: `web-1 10.246.0.4`. */
async function serve(name: string): Promise<void> {
  const program = `
    require('net').createServer((s) => { s.on('error', () => {}); s.end('${name} ' + s.remoteAddress) })
      .listen(8080, '0.0.0.0', () => console.log('up'))`
  const server = spawn('ip', ['netns', 'exec', `naru-test-${name}`, process.execPath, '-e', program])
  servers.push(server)
  await new Promise((resolve) => server.stdout.once('data', resolve))
}

/** What a client gets that connects from a pod, or from the host: the text, or the error's name. */
function connectFrom(pod: string | undefined, address: string, port: number, localAddress?: string): Promise<string> {
  const options = JSON.stringify({ port, host: address, localAddress })
  const program = `
    const s = require('net').connect(${options}); let text = ''
    s.setTimeout(3000, () => { console.log('TIMEOUT'); process.exit() })
    s.on('data', (d) => { text += d }).on('end', () => console.log(text)).on('error', (e) => console.log(e.code))`
  const node = [process.execPath, '-e', program]
  const client =
    pod === undefined
      ? spawn(process.execPath, node.slice(1))
      : spawn('ip', ['netns', 'exec', `naru-test-${pod}`, ...node])
  let output = ''
  client.stdout.on('data', (chunk) => (output += chunk))
  return new Promise((resolve) => client.on('close', () => resolve(output.trim())))
}

async function createService(name: string, spec: k8s.ServiceSpec, backends: string[]): Promise<void> {
  const metadata = { name, namespace: 'default' }
  await cluster.client.create(resources.services, { apiVersion: 'v1', kind: 'Service', metadata, spec })
  await cluster.client.create(resources.endpointslices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: backends.map((pod) => ({ addresses: [addressOf(pod)], conditions: { ready: true } })),
    ports: [{ port: 8080, protocol: 'TCP' }],
  })
  await untilTable((table) => backends.length === 0 || table.includes(`default/${name}:`))
}

const addressOf = (pod: string): string => pods.get(pod)?.address ?? ''
const tableText = (): string => String(execFileSync('nft', ['list', 'table', 'ip', place.tableName]))

async function untilTable(holds: (table: string) => boolean): Promise<void> {
  await expect.poll(() => holds(tableText()), { timeout: 5_000, interval: 20 }).toBe(true)
}

test('a ClusterIP reaches every backend, from a pod and from the host, and answers under its own name', async () => {
  await createService('web', { clusterIP: '10.97.0.20', ports: [{ port: 80, targetPort: 8080 }] }, ['web-1', 'web-2'])
  const seen = new Set<string>()
  for (let attempt = 0; attempt < 30 && seen.size < 2; attempt++)
    seen.add((await connectFrom('client', '10.97.0.20', 80)).split(' ')[0] ?? '')
  expect([...seen].toSorted()).toEqual(['web-1', 'web-2'])
  expect(await connectFrom('client', '10.97.0.20', 80)).toContain(addressOf('client'))
  expect(await connectFrom(undefined, '10.97.0.20', 80)).toMatch(/^web-/)
}, 30_000)

test('a pod reaches itself through its Service', async () => {
  await createService('self', { clusterIP: '10.97.0.21', ports: [{ port: 80, targetPort: 8080 }] }, ['web-1'])
  expect(await connectFrom('web-1', '10.97.0.21', 80)).toBe(`web-1 ${network.bridgeAddress}`)
})

test('a node port answers on every address of the host, 127.0.0.1 too', async () => {
  const ports = [{ port: 80, targetPort: 8080, nodePort: 31_246 }]
  await createService('door', { type: 'NodePort', clusterIP: '10.97.0.22', ports }, ['web-1'])
  expect(await connectFrom(undefined, '127.0.0.1', 31_246)).toMatch(/^web-1/)
  expect(await connectFrom(undefined, network.bridgeAddress, 31_246)).toMatch(/^web-1/)
  expect(await connectFrom('client', network.bridgeAddress, 31_246)).toMatch(/^web-1/)
})

test('a Service without endpoints refuses at once, from a pod and from the host', async () => {
  await createService('empty', { clusterIP: '10.97.0.23', ports: [{ port: 80 }] }, [])
  expect(await connectFrom('client', '10.97.0.23', 80)).toBe('ECONNREFUSED')
  expect(await connectFrom(undefined, '10.97.0.23', 80)).toBe('ECONNREFUSED')
})

test('a sticky Service sends a client to the same backend each time', async () => {
  const spec = { clusterIP: '10.97.0.24', sessionAffinity: 'ClientIP', ports: [{ port: 80, targetPort: 8080 }] }
  await createService('sticky', spec, ['web-1', 'web-2'])
  const answers = new Set<string>()
  for (let attempt = 0; attempt < 8; attempt++) answers.add(await connectFrom('client', '10.97.0.24', 80))
  expect(answers.size).toBe(1)
}, 20_000)

async function createPod(name: string): Promise<void> {
  const ref = { namespace: 'default', name }
  await cluster.client.create(resources.pods, {
    metadata: { ...ref, labels: { app: name } },
    spec: { containers: [{ name: 'c', image: 'c', ports: [{ name: 'http', containerPort: 8080 }] }] },
  })
  const podIP = addressOf(name)
  const status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }] }
  await cluster.client.patch(resources.pods, ref, { status }, { subresource: 'status' })
}

async function apply(name: string, spec: k8s.NetworkPolicySpec): Promise<void> {
  await cluster.client.create(resources.networkpolicies, { metadata: { name, namespace: 'default' }, spec })
}

const policyTable = (): string =>
  String(execFileSync('sh', ['-c', `nft list table ip ${place.tableName}_policy 2>/dev/null || true`]))

test('network policies: who may reach a pod, where a pod may go, and the node always may', async () => {
  for (const name of ['web-1', 'web-2', 'client']) await createPod(name)
  const may = (from: string | undefined, to: string) => connectFrom(from, addressOf(to), 8080)
  expect(await may('client', 'web-1')).toMatch(/^web-1/)

  await apply('deny', { podSelector: { matchLabels: { app: 'web-1' } } })
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toContain('jump ingress_')
  expect(await may('client', 'web-1')).toBe('TIMEOUT')
  expect(await may('web-2', 'web-1')).toBe('TIMEOUT')
  expect(await connectFrom('client', '10.97.0.21', 80)).toBe('TIMEOUT')
  expect(await may(undefined, 'web-1')).toMatch(/^web-1/)
  expect(await may('web-1', 'web-2')).toMatch(/^web-2/)
  expect(await may('client', 'web-2')).toMatch(/^web-2/)
  expect(await connectFrom('web-1', '10.97.0.21', 80)).toMatch(/^web-1/)

  await apply('allow', {
    podSelector: { matchLabels: { app: 'web-1' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }], ports: [{ port: 'http' }] }],
  })
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toContain('@peers_')
  expect(await may('client', 'web-1')).toMatch(/^web-1/)
  expect(await may('web-2', 'web-1')).toBe('TIMEOUT')

  await apply('stay', {
    podSelector: { matchLabels: { app: 'client' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: '10.246.0.0/24', except: [`${addressOf('web-2')}/32`] } }] }],
  })
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toContain('jump egress_')
  expect(await may('client', 'web-1')).toMatch(/^web-1/)
  expect(await may('client', 'web-2')).toBe('TIMEOUT')

  for (const name of ['deny', 'allow', 'stay'])
    await cluster.client.delete(resources.networkpolicies, { namespace: 'default', name })
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toBe('')
  expect(await may('client', 'web-2')).toMatch(/^web-2/)
}, 60_000)

/** Answers on an address of the host, until disposed. */
async function listenOn(host: string, port: number, answer: string): Promise<AsyncDisposable> {
  const server = createServer((socket) => socket.end(answer))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host, port }, resolve))
  return { [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function ensureNamespace(name: string): Promise<void> {
  await cluster.client.create(resources.namespaces, { metadata: { name }, spec: {} }).catch((error: unknown) => {
    if (!isApiError(error, 'AlreadyExists')) throw error
  })
}

test('network policies: the node’s DNS is the pods of kube-dns, its API an address, its gateway a pod of naru-system', async () => {
  for (const name of ['kube-system', 'naru-system']) await ensureNamespace(name)
  await using _dns = await listenOn(network.bridgeAddress, 53, 'dns')
  await using _api = await listenOn(network.bridgeAddress, 6443, 'api')
  const dns = () => connectFrom('client', network.bridgeAddress, 53)
  const api = () => connectFrom('client', network.bridgeAddress, 6443)
  const gateway = () => connectFrom(undefined, addressOf('web-1'), 8080, network.gatewayAddress)
  expect([await dns(), await api()]).toEqual(['dns', 'api'])
  expect(await gateway()).toBe(`web-1 ${network.gatewayAddress}`)

  const client = { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'] }
  await apply('silence', client)
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toContain('jump egress_')
  expect(await Promise.all([dns(), api()])).toEqual(['TIMEOUT', 'TIMEOUT'])
  expect(await connectFrom('web-2', network.bridgeAddress, 53)).toBe('dns')

  const inKubeSystem = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }
  const kubeDns = { ...inKubeSystem, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }
  await apply('ask', { ...client, egress: [{ to: [kubeDns], ports: [{ port: 53, protocol: 'TCP' }] }] })
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toContain(`ip daddr ${network.bridgeAddress}`)
  expect(await Promise.all([dns(), api()])).toEqual(['dns', 'TIMEOUT'])

  const block = { ipBlock: { cidr: `${network.bridgeAddress}/32` } }
  await apply('call', { ...client, egress: [{ to: [block], ports: [{ port: 6443 }] }] })
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toContain('dport 6443')
  expect(await api()).toBe('api')

  const web = { podSelector: { matchLabels: { app: 'web-1' } } }
  await apply('closed', web)
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toContain('jump ingress_')
  expect(await gateway()).toBe('ECONNREFUSED')
  expect(await connectFrom(undefined, addressOf('web-1'), 8080)).toBe(`web-1 ${network.bridgeAddress}`)
  const inNaruSystem = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'naru-system' } } }
  await apply('open', { ...web, ingress: [{ from: [inNaruSystem] }] })
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toContain('ip saddr @peers_')
  expect(await gateway()).toBe(`web-1 ${network.gatewayAddress}`)

  for (const name of ['silence', 'ask', 'call', 'closed', 'open'])
    await cluster.client.delete(resources.networkpolicies, { namespace: 'default', name })
  await expect.poll(policyTable, { timeout: 5_000, interval: 20 }).toBe('')
}, 60_000)

test('who is not in the source ranges does not come by the load balancer’s address', async () => {
  const ports = [{ port: 80, targetPort: 8080 }]
  const sourceRanges = [`${addressOf('client')}/32`]
  const spec = { type: 'LoadBalancer', clusterIP: '10.97.0.25', ports, loadBalancerSourceRanges: sourceRanges }
  await createService('balanced', spec, ['web-1'])
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.77' }] } }
  const ref = { namespace: 'default', name: 'balanced' }
  await cluster.client.patch(resources.services, ref, { status }, { subresource: 'status' })
  await untilTable((table) => table.includes('192.0.2.77'))
  expect(await connectFrom('client', '192.0.2.77', 80)).toMatch(/^web-1/)
  expect(await connectFrom('web-2', '192.0.2.77', 80)).toBe('TIMEOUT')
}, 20_000)

const NODE_ADDRESS = '192.0.2.88'

const balancerAddress = async (name: string): Promise<unknown> => {
  const { status } = await cluster.client.get(resources.services, { namespace: 'default', name })
  return status?.loadBalancer?.ingress
}

const eventsOf = async (name: string): Promise<string[]> => {
  const { items } = await cluster.client.list(resources.events, { namespace: 'default' })
  return items
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`)
}

test('a load balancer has the node’s address, if its ports are free there', async () => {
  execFileSync('ip', ['address', 'add', `${NODE_ADDRESS}/32`, 'dev', place.bridge])
  const { client } = cluster
  await client.create(resources.nodes, { metadata: { name: 'node-1' }, spec: {} })
  const addresses = [{ type: 'InternalIP', address: NODE_ADDRESS }]
  await client.patch(resources.nodes, { name: 'node-1' }, { status: { addresses } }, { subresource: 'status' })
  const ours = [{ ip: NODE_ADDRESS, ipMode: 'VIP' }]
  const balancer = (port: number): k8s.ServiceSpec => ({
    type: 'LoadBalancer',
    allocateLoadBalancerNodePorts: false,
    ports: [{ port, targetPort: 8080 }],
  })

  await createService('front', balancer(18_080), ['web-1'])
  await expect.poll(() => balancerAddress('front'), { timeout: 5_000 }).toEqual(ours)
  expect(await eventsOf('front')).toEqual(['Normal EnsuredLoadBalancer Ensured load balancer'])
  await untilTable(
    (table) => table.includes(`127.0.0.1 . tcp . 18080`) && table.includes(`${NODE_ADDRESS} . tcp . 18080`),
  )
  for (const [from, to] of [
    [undefined, NODE_ADDRESS],
    [undefined, '127.0.0.1'],
    ['client', NODE_ADDRESS],
  ] as const)
    expect(await connectFrom(from, to, 18_080)).toMatch(/^web-1/)
  await expect(listenOn('0.0.0.0', 18_080, 'thief')).rejects.toThrow('EADDRINUSE')
  const { spec } = await client.get(resources.services, { namespace: 'default', name: 'front' })
  expect(spec?.ports?.[0]?.nodePort).toBeUndefined()

  await createService('second', balancer(18_080), ['web-2'])
  const reason = 'Warning SyncLoadBalancerFailed Error syncing load balancer: port 18080/TCP'
  await expect.poll(() => eventsOf('second')).toEqual([`${reason} belongs to the Service default/front`])
  expect(await balancerAddress('second')).toBeUndefined()
  await client.delete(resources.services, { namespace: 'default', name: 'front' })
  await expect.poll(() => balancerAddress('second'), { timeout: 5_000 }).toEqual(ours)
  await expect.poll(() => connectFrom(undefined, NODE_ADDRESS, 18_080), { timeout: 5_000 }).toMatch(/^web-2/)

  await using _program = await listenOn('0.0.0.0', 18_081, 'program')
  await createService('third', balancer(18_081), ['web-1'])
  const taken = `Warning SyncLoadBalancerFailed Error syncing load balancer: port 18081/TCP of ${NODE_ADDRESS} is in use by another program of this machine`
  await expect.poll(() => eventsOf('third')).toEqual([taken])
  expect(await connectFrom(undefined, NODE_ADDRESS, 18_081)).toBe('program')

  await createService('foreign', { ...balancer(18_082), loadBalancerClass: 'example.com/other' }, ['web-1'])
  await createService('inner', { ...balancer(18_083), loadBalancerSourceRanges: [`${NODE_ADDRESS}/32`] }, ['web-1'])
  await expect.poll(() => balancerAddress('inner'), { timeout: 5_000 }).toEqual(ours)
  await untilTable((table) => table.includes('127.0.0.1 . tcp . 18083'))
  expect(await connectFrom(undefined, NODE_ADDRESS, 18_083)).toMatch(/^web-1/)
  expect(await connectFrom(undefined, '127.0.0.1', 18_083)).toMatch(/^web-1/)
  expect(await connectFrom('client', NODE_ADDRESS, 18_083)).toBe('TIMEOUT')
  expect(await balancerAddress('foreign')).toBeUndefined()
}, 60_000)

test('a UDP client whose server is gone gets answers from another', async () => {
  for (const name of ['web-1', 'web-2']) {
    const program = `
      const s = require('dgram').createSocket('udp4')
      s.on('message', (m, from) => s.send('${name}', from.port, from.address)).bind(5353, '0.0.0.0', () => console.log('up'))`
    const server = spawn('ip', ['netns', 'exec', `naru-test-${name}`, process.execPath, '-e', program])
    servers.push(server)
    await new Promise((resolve) => server.stdout.once('data', resolve))
  }
  const { client } = cluster
  const ref = { namespace: 'default', name: 'names' }
  const ports = [{ port: 5353, protocol: 'UDP' }]
  await client.create(resources.services, { metadata: ref, spec: { clusterIP: '10.97.0.27', ports } })
  const slice = await client.create(resources.endpointslices, {
    metadata: { ...ref, labels: { 'kubernetes.io/service-name': 'names' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [addressOf('web-1')] }],
    ports,
  })
  await untilTable((table) => table.includes(`dnat to ${addressOf('web-1')}:5353`))
  const program = `
    const s = require('dgram').createSocket('udp4')
    s.on('message', (m) => console.log(String(m)))
    setInterval(() => s.send('who', 5353, '10.97.0.27'), 100)`
  const asking = spawn('ip', ['netns', 'exec', 'naru-test-client', process.execPath, '-e', program])
  servers.push(asking)
  let answers = ''
  asking.stdout.on('data', (chunk) => (answers += chunk))
  await expect.poll(() => answers, { timeout: 5_000 }).toContain('web-1')
  await client.update(resources.endpointslices, { ...slice, endpoints: [{ addresses: [addressOf('web-2')] }] })
  await expect.poll(() => answers, { timeout: 5_000 }).toContain('web-2')
  asking.kill('SIGKILL')
}, 20_000)

test('a UDP client that asked at a node port before there was a Service gets answers when there is one', async () => {
  const { client } = cluster
  const ref = { namespace: 'default', name: 'late' }
  const port = { port: 5353, protocol: 'UDP' }
  const program = `
    const s = require('dgram').createSocket('udp4')
    s.on('message', (m) => { console.log(String(m)); process.exit() })
    setInterval(() => s.send('who', 31_353, '${network.bridgeAddress}', () => console.log('sent')), 100)`
  const asking = spawn('ip', ['netns', 'exec', 'naru-test-client', process.execPath, '-e', program])
  servers.push(asking)
  let heard = ''
  asking.stdout.on('data', (chunk) => (heard += chunk))
  await expect.poll(() => heard, { timeout: 5_000 }).toContain('sent')
  await client.create(resources.services, {
    metadata: ref,
    spec: { type: 'NodePort', clusterIP: '10.97.0.28', ports: [{ ...port, nodePort: 31_353 }] },
  })
  await client.create(resources.endpointslices, {
    metadata: { ...ref, labels: { 'kubernetes.io/service-name': 'late' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [addressOf('web-2')] }],
    ports: [port],
  })
  await expect.poll(() => heard, { timeout: 5_000 }).toContain('web-2')
}, 20_000)

test('clients of a sticky Service stay where they are when other Services change', async () => {
  const clients = () =>
    Array.from(tableText().matchAll(/set clients_\w+ \{[^}]*elements = \{ ([\d.]+)/g), ([, ip]) => ip)
  expect(clients()).toEqual([addressOf('client')])
  await createService('other', { clusterIP: '10.97.0.26', ports: [{ port: 80 }] }, ['web-2'])
  expect(clients()).toEqual([addressOf('client')])
})

test('pods leave the pod network with the address of the host', async () => {
  const outside = 'naru-test-outside'
  execFileSync('ip', ['netns', 'add', outside])
  try {
    // A neighbour of the host that knows no way back into the pod range.
    execFileSync('ip', ['link', 'add', 'narunx', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outside])
    execFileSync('ip', ['address', 'add', '10.247.0.1/30', 'dev', 'narunx'])
    execFileSync('ip', ['link', 'set', 'narunx', 'up'])
    execFileSync('ip', ['-n', outside, 'address', 'add', '10.247.0.2/30', 'dev', 'eth0'])
    execFileSync('ip', ['-n', outside, 'link', 'set', 'eth0', 'up'])
    const program = `require('net').createServer((s) => s.end('peer ' + s.remoteAddress)).listen(8080, '0.0.0.0', () => console.log('up'))`
    const child = spawn('ip', ['netns', 'exec', outside, process.execPath, '-e', program])
    servers.push(child)
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(await connectFrom('client', '10.247.0.2', 8080)).toBe('peer 10.247.0.1')
  } finally {
    execFileSync('ip', ['netns', 'delete', outside])
  }
})

test('pods cannot reach what listens on the host’s 127.0.0.1', async () => {
  const server = createServer((socket) => socket.end('secret'))
  await new Promise<void>((resolve) => server.listen(31_247, '127.0.0.1', resolve))
  const netns = pods.get('client')?.netns ?? ''
  try {
    execFileSync('ip', ['netns', 'exec', netns, 'sysctl', '-qw', 'net.ipv4.conf.eth0.route_localnet=1'])
    execFileSync('ip', ['-n', netns, 'address', 'delete', '127.0.0.1/8', 'dev', 'lo'])
    execFileSync('ip', ['-n', netns, 'route', 'add', '127.0.0.1', 'via', network.bridgeAddress, 'dev', 'eth0'])
    expect(await connectFrom('client', '127.0.0.1', 31_247)).not.toContain('secret')
  } finally {
    server.close()
    execFileSync('ip', ['-n', netns, 'address', 'add', '127.0.0.1/8', 'dev', 'lo'])
    execFileSync('ip', ['-n', netns, 'route', 'delete', '127.0.0.1', 'via', network.bridgeAddress])
  }
}, 20_000)

test('rules that somebody flushed come back with the next change', async () => {
  execFileSync('nft', ['flush', 'table', 'ip', place.tableName])
  const annotations = { touched: 'yes' }
  await cluster.client.patch(resources.services, { namespace: 'default', name: 'web' }, { metadata: { annotations } })
  await untilTable((table) => table.includes('jump services'))
})

test('a Service that is deleted is gone from the kernel', async () => {
  await cluster.client.delete(resources.services, { namespace: 'default', name: 'web' })
  await untilTable((table) => !table.includes('default/web:'))
  expect(await connectFrom('client', '10.97.0.20', 80)).toBe('ECONNREFUSED')
})

test('a second start finds everything as it should be', async () => {
  await network[Symbol.asyncDispose]()
  network = await startNetwork()
  expect(await connectFrom('client', '10.97.0.21', 80)).toMatch(/^web-1/)
})

test('pods do not reach one another, nor the node, by the IPv6 addresses of their links', async () => {
  const netns = pods.get('web-1')?.netns ?? ''
  const linkAddress = (args: string[], device: string) => {
    const out = String(execFileSync('ip', [...args, '-6', '-o', 'address', 'show', 'dev', device, 'scope', 'link']))
    return /inet6 (fe80:\S+)\//.exec(out)?.[1] ?? ''
  }
  const [pod, node] = [linkAddress(['-n', netns], 'eth0'), linkAddress([], place.bridge)]
  expect([pod, node]).toEqual([expect.stringMatching(/^fe80:/), expect.stringMatching(/^fe80:/)])
  const program = `require('net').createServer((s) => s.end('reached')).listen(8086, '::', () => console.log('up'))`
  for (const child of [
    spawn('ip', ['netns', 'exec', netns, process.execPath, '-e', program]),
    spawn(process.execPath, ['-e', program]),
  ]) {
    servers.push(child)
    await new Promise((resolve) => child.stdout.once('data', resolve))
  }
  expect(await connectFrom('client', `${pod}%eth0`, 8086)).toMatch(/TIMEOUT|EHOSTUNREACH/)
  expect(await connectFrom('client', `${node}%eth0`, 8086)).toMatch(/TIMEOUT|EHOSTUNREACH/)
}, 20_000)

test('pods reach others where iptables drops what is forwarded, as Docker has it', async () => {
  const forward = () =>
    String(execFileSync('iptables', ['-S', 'FORWARD']))
      .trim()
      .split('\n')
  const [policy = '', ...others] = forward()
  const [, , before = ''] = policy.split(' ')
  const web = pods.get('web-1')?.address ?? ''
  const ours = [
    '-A FORWARD -i narun0 -j ACCEPT',
    '-A FORWARD -o narun0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ]
  try {
    execFileSync('iptables', ['-P', 'FORWARD', 'DROP'])
    expect(await connectFrom('client', web, 8080)).toBe('TIMEOUT')
    for (let start = 1; start <= 2; start++) {
      await network[Symbol.asyncDispose]()
      network = await startNetwork()
      expect(await connectFrom('client', web, 8080)).toMatch(/^web-1/)
      expect(forward()).toEqual(['-P FORWARD DROP', ...others, ...ours])
    }
    await network.stop()
    expect(forward()).toEqual(['-P FORWARD DROP', ...others])
  } finally {
    execFileSync('iptables', ['-P', 'FORWARD', before])
    network = await startNetwork()
  }
}, 30_000)

test('a stop gives the machine its ports back, and a start the Services theirs', async () => {
  const tables = () => String(execFileSync('nft', ['list', 'tables']))
  await network.stop()
  expect(tables()).not.toContain(place.tableName)
  await using _program = await listenOn('127.0.0.1', 31_246, 'program')
  expect(await connectFrom(undefined, '127.0.0.1', 31_246)).toBe('program')
  network = await startNetwork()
  expect(await connectFrom('client', '10.97.0.21', 80)).toMatch(/^web-1/)
})

test('policies hold from the moment that the network is ready', async () => {
  const ref = { namespace: 'default', name: 'from-the-start' }
  await cluster.client.create(resources.networkpolicies, { metadata: ref, spec: { podSelector: {} } })
  await network.stop()
  network = await startNetwork()
  expect(String(execFileSync('nft', ['list', 'tables']))).toContain(`${place.tableName}_policy`)
  await cluster.client.delete(resources.networkpolicies, ref)
})

test('a purge leaves no trace, and a second one has nothing to do', async () => {
  await network[Symbol.asyncDispose]()
  await purgeNetwork({ ...place, logger: silentLogger })
  await purgeNetwork({ ...place, logger: silentLogger })
  expect(String(execFileSync('nft', ['list', 'tables']))).not.toContain(place.tableName)
  expect(String(execFileSync('ip', ['-brief', 'link']))).not.toContain('narun0')
  expect(String(execFileSync('ip', ['route']))).not.toContain('10.97.0.0/16')
  expect(existsSync(join(place.stateDir, 'net.d', '10-narun0.conflist'))).toBe(false)
  expect(SETTINGS.map((setting) => readFileSync(`/proc/sys/${setting}`, 'utf8'))).toEqual(before)
  expect(existsSync(join(network.cniBinDir ?? '', 'bridge'))).toBe(true)
})
