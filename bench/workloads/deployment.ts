/** A Deployment of many replicas: made, spread over nodes that run nothing, and deleted with all that belongs to it. */
import { readFile } from 'node:fs/promises'
import { type k8s, resources } from '../../src/api/index.ts'
import { type Client, openClient, openHttpsExchange, openInformer } from '../../src/client/index.ts'
import type { Side } from '../../test/sides/side.ts'

const NAMESPACE = 'bench'
const NODES = 6
const PODS_PER_NODE = 110
const WAIT_MS = 180_000
const labels = { app: 'bench' }

export interface Deployed {
  /** Until every pod has a node, and until none is left. */
  boundMs: number
  deletedMs: number
}

export async function deployOnce(side: Side, replicas: number): Promise<Deployed> {
  await using opened = await connect(side)
  const { client } = opened
  await prepareNodes(client)
  await using pods = await openInformer(client, resources.pods, { namespace: NAMESPACE })
  const until = (what: string, holds: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error(`${side.name}: ${what} after ${WAIT_MS / 1000} s`)), WAIT_MS)
      const stop = pods.onChange(() => {
        if (!holds()) return
        clearTimeout(patience)
        queueMicrotask(() => stop())
        resolve()
      })
    })
  const bound = () => pods.list().filter(({ spec }) => spec.nodeName).length

  let start = performance.now()
  const allBound = until(`not all pods have a node`, () => bound() === replicas)
  await client.create(resources.deployments, deployment(replicas))
  await allBound
  const boundMs = performance.now() - start

  start = performance.now()
  const allGone = until(`pods are left`, () => pods.list().length === 0)
  await client.delete(
    resources.deployments,
    { namespace: NAMESPACE, name: 'bench' },
    { propagationPolicy: 'Background' },
  )
  await allGone
  return { boundMs, deletedMs: performance.now() - start }
}

/** Pods go at once when they are deleted: nobody is there to end them. */
const deployment = (replicas: number): k8s.Deployment => ({
  metadata: { name: 'bench', namespace: NAMESPACE },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: {
      metadata: { name: '', labels },
      spec: {
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        nodeSelector: labels,
        containers: [
          {
            name: 'web',
            image: 'registry.example.com/team/web:1.2.3',
            resources: { requests: { cpu: '10m', memory: '16Mi' } },
          },
        ],
      },
    },
  },
})

/** Nodes that say they are ready, made once; said again before each measurement, as there are no kubelets to do it. */
async function prepareNodes(client: Client): Promise<void> {
  const ifMissing = (making: Promise<unknown>) => making.catch(() => {})
  await ifMissing(client.create(resources.namespaces, { metadata: { name: NAMESPACE }, spec: {} }))
  for (let index = 0; index < NODES; index += 1) {
    const name = `bench-${index}`
    await ifMissing(client.create(resources.nodes, { metadata: { name, labels }, spec: {} }))
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
    const amounts = { cpu: '32', memory: '64Gi', pods: String(PODS_PER_NODE) }
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    }
    await client.patch(
      resources.nodes,
      { name },
      { status: { capacity: amounts, allocatable: amounts, conditions: [ready] } },
      { subresource: 'status' },
    )
  }
  // What a new node is tainted with goes once its condition was seen; the default account is there when pods may be made.
  await eventually(async () => {
    const nodes = await client.list(resources.nodes)
    const account = await client.get(resources.serviceaccounts, { namespace: NAMESPACE, name: 'default' })
    return (
      account.metadata.uid !== undefined &&
      nodes.items.filter(({ metadata, spec }) => metadata.labels?.app === 'bench' && !spec?.taints?.length).length ===
        NODES
    )
  })
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + WAIT_MS
  while (!(await holds().catch(() => false))) {
    if (performance.now() > end) throw new Error(`the bench's nodes are not ready after ${WAIT_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function connect({ address, credentials }: Side): Promise<{ client: Client } & AsyncDisposable> {
  const read = (path: string) => readFile(path, 'utf8')
  const exchange = openHttpsExchange({
    server: `https://${address}`,
    caPem: await read(credentials.ca),
    certPem: await read(credentials.certificate),
    keyPem: await read(credentials.key),
  })
  return { client: openClient(exchange), [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose]() }
}
