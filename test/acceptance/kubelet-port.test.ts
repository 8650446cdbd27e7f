/** The kubelet's own port, as what watches a cluster from inside reaches it: a pod with its token, and the real
 *  metrics-server. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { k8s } from '../../src/api/index.ts'
import { buildGoTool } from '../../tools/go/build.ts'
import { eventually, startCommand } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

/** Asks the kubelet of its node as a client library in a pod does. */
const ASK = `
const { readFileSync } = require('node:fs')
const read = (name) => readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/' + name, 'utf8')
const [port, path, token] = process.argv.slice(1)
const headers = token === 'with-token' ? { authorization: 'Bearer ' + read('token') } : {}
require('node:https').request({ host: process.env.HOST_IP, port, path, headers, ca: read('ca.crt') }, (answer) => {
  let text = ''
  answer.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  answer.on('end', () => console.log(JSON.stringify({ status: answer.statusCode, text })))
}).on('error', (error) => console.log(JSON.stringify({ status: 0, text: error.message }))).end()`

const METRICS_SERVER_PORT = 14_443
/** On a machine that has built nothing yet, and has other things to do. */
const BUILD_TIMEOUT_MS = 15 * 60_000

describe('the kubelet’s port', () => {
  let naru: Installation
  let node: k8s.Node
  let port: number

  beforeAll(async () => {
    naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
    const image = await naru.deployHello()
    const { items } = await naru.kubectlJson<k8s.NodeList>('get', 'nodes')
    node = items[0] as k8s.Node
    port = node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0
    await naru.apply(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'scraper' } },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'scraper' },
        rules: [{ apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] }],
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'scraper' },
        spec: {
          serviceAccountName: 'scraper',
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'c',
              image,
              command: ['node', '-e', 'setInterval(() => {}, 1e6)'],
              env: [{ name: 'HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }],
            },
          ],
        },
      },
    )
    await naru.kubectl('wait', '--for=condition=Ready', 'pod/scraper', '--timeout=60s')
  })
  afterAll(() => naru?.[Symbol.asyncDispose]())

  const ask = async (path: string, token: 'with-token' | 'without' = 'with-token') =>
    JSON.parse(await naru.kubectl('exec', 'scraper', '--', 'node', '-e', ASK, String(port), path, token)) as {
      status: number
      text: string
    }

  it('knows nobody without a token', async () => {
    expect(await ask('/metrics', 'without')).toEqual({ status: 401, text: 'Unauthorized' })
  })

  it('tells a pod what its role allows, over a connection that the cluster’s authority vouches for', async () => {
    expect(await ask('/metrics/cadvisor')).toEqual({
      status: 403,
      text: 'Forbidden (user=system:serviceaccount:default:scraper, verb=get, resource=nodes, subresource(s)=[metrics])\n',
    })
    await naru.kubectl(
      'create',
      'clusterrolebinding',
      'scraper',
      '--clusterrole=scraper',
      '--serviceaccount=default:scraper',
    )
    await eventually('the refusal is forgotten', async () => (await ask('/metrics/cadvisor')).status === 200, {
      timeoutMs: 60_000,
      everyMs: 1_000,
    })
    expect((await ask('/metrics/cadvisor')).text).toMatch(
      /^container_cpu_usage_seconds_total\{container="c",.*namespace="default",pod="scraper",cpu="total"\} [\d.]+ \d+$/m,
    )
    expect((await ask('/metrics/resource')).text).toMatch(/^pod_cpu_usage_seconds_total\{.*pod="scraper"\} [\d.]+/m)
    expect((await ask('/pods')).text).toContain('subresource(s)=[pods proxy]')
  })

  /** The administrator's certificate, as the kubeconfig has it. */
  async function admin(): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
    const config = JSON.parse(await readFile(join(naru.stateDir, 'admin.kubeconfig'), 'utf8'))
    const decoded = (text: string) => Buffer.from(text, 'base64')
    const { cluster } = config.clusters[0]
    const { user } = config.users[0]
    return {
      ca: decoded(cluster['certificate-authority-data']),
      cert: decoded(user['client-certificate-data']),
      key: decoded(user['client-key-data']),
    }
  }

  it('runs a command in a container for whoever may', async () => {
    const command = ['echo', 'hello'].map((word) => `command=${word}`).join('&')
    const url = `wss://127.0.0.1:${port}/exec/default/scraper/c?output=1&${command}`
    const webSocket = new WebSocket(url, ['channel.k8s.io'], { ...(await admin()), perMessageDeflate: false })
    const said: Buffer[] = []
    webSocket.on('message', (message: Buffer) => said.push(message))
    await new Promise((resolve, reject) => webSocket.once('close', resolve).once('error', reject))
    // The first byte of a message is its channel: 1 is what the command writes.
    const written = said.filter(([channel]) => channel === 1).map((message) => String(message.subarray(1)))
    expect(written.join('')).toBe('hello\n')
  })

  it('is what metrics-server asks: kubectl top, by the real one', {
    tags: ['long'],
    timeout: BUILD_TIMEOUT_MS,
  }, async () => {
    const metricsServer = await buildGoTool('metrics-server', (line) => process.stderr.write(`${line}\n`))
    await naru.apply(...metricsServerObjects(node.status?.addresses?.[0]?.address ?? ''))
    // It is there as the engine's own, without what kubectl wants of what it has applied, and says so.
    const handedOver = await naru.kubectlResult(['apply', '-f', '-'], { input: JSON.stringify(METRICS_SERVICE) })
    expect(handedOver.code, handedOver.stderr).toBe(0)
    const top = (...args: string[]) => naru.kubectlResult(['top', ...args, '--no-headers'])
    await eventually('the group is handed over', async () => (await top('node')).code !== 0)

    const kubeconfig = join(naru.root, 'metrics-server.kubeconfig')
    const authority = join(naru.root, 'ca.crt')
    await writeFile(authority, (await admin()).ca)
    const token = (await naru.kubectl('create', 'token', 'metrics-server', '-n', 'kube-system')).trim()
    const { apiUrl } = JSON.parse(await readFile(join(naru.stateDir, 'run', 'engine.json'), 'utf8')) as {
      apiUrl: string
    }
    await writeFile(kubeconfig, JSON.stringify(tokenKubeconfig({ server: apiUrl, authority, token })))
    const server = startCommand(
      metricsServer,
      [
        ...['--kubeconfig', '--authentication-kubeconfig', '--authorization-kubeconfig'].map(
          (flag) => `${flag}=${kubeconfig}`,
        ),
        `--kubelet-certificate-authority=${authority}`,
        '--kubelet-use-node-status-port',
        '--kubelet-preferred-address-types=InternalIP',
        '--metric-resolution=10s',
        '--kubelet-request-timeout=5s',
        `--secure-port=${METRICS_SERVER_PORT}`,
        `--cert-dir=${join(naru.root, 'metrics-server')}`,
      ],
      { env: naru.env, timeoutMs: 240_000 },
    )
    try {
      const pod = await eventually(
        'metrics-server tells what the pod uses',
        async () => {
          const { code, stdout } = await top('pod', 'scraper')
          return code === 0 && stdout
        },
        { timeoutMs: 90_000, everyMs: 1_000 },
      ).catch((cause: unknown) => {
        throw new Error(`metrics-server said:\n${server.output().slice(-5_000)}`, { cause })
      })
      expect(pod).toMatch(/^scraper +\d+m +\d+Mi +$/m)
      const { stdout } = await top('node')
      expect(stdout).toMatch(/\d+m +\d+% +\d+Mi +\d+%/)
      const conditions = '{.status.conditions[?(@.type=="Available")].status}'
      expect(await naru.kubectl('get', 'apiservice/v1beta1.metrics.k8s.io', '-o', `jsonpath=${conditions}`)).toBe(
        'True',
      )
    } finally {
      server.child.kill('SIGTERM')
      await server.result
    }
    await eventually('nobody else has answered', async () => (await top('node')).code !== 0)
  })
})

const tokenKubeconfig = ({ server, authority, token }: { server: string; authority: string; token: string }) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'naru',
  clusters: [{ name: 'naru', cluster: { server, 'certificate-authority': authority } }],
  users: [{ name: 'metrics-server', user: { token } }],
  contexts: [{ name: 'naru', context: { cluster: 'naru', user: 'metrics-server' } }],
})

const METRICS_SERVICE = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1beta1.metrics.k8s.io' },
  spec: {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    insecureSkipTLSVerify: true,
    service: { name: 'metrics-server', namespace: 'kube-system' },
  },
}

/** What metrics-server's own manifest has, for one that is a process of the node. Source: metrics-server v0.9,
 *  manifests/base. */
function metricsServerObjects(address: string): object[] {
  const rbac = 'rbac.authorization.k8s.io'
  const metadata = { name: 'metrics-server', namespace: 'kube-system' }
  const subjects = [{ kind: 'ServiceAccount', ...metadata }]
  const role = { apiVersion: `${rbac}/v1`, kind: 'ClusterRole' }
  const bound = (name: string, roleName: string) => ({
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: roleName },
    subjects,
  })
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      ...role,
      metadata: { name: 'system:metrics-server' },
      rules: [
        { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
      ],
    },
    bound('system:metrics-server', 'system:metrics-server'),
    bound('metrics-server:system:auth-delegator', 'system:auth-delegator'),
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'metrics-server-auth-reader', namespace: 'kube-system' },
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'extension-apiserver-authentication-reader' },
      subjects,
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ name: 'https', port: 443, targetPort: METRICS_SERVER_PORT }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'metrics-server' } },
      addressType: 'IPv4',
      ports: [{ name: 'https', port: METRICS_SERVER_PORT, protocol: 'TCP' }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
  ]
}
