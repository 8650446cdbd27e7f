/** Whether what was wished for is what there is: in the API, and on the machine. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type k8s, resources } from '../../src/api/index.ts'
import type { Client } from '../../src/client/index.ts'
import { mustRun } from '../acceptance/harness/command.ts'
import { NAMESPACE } from './wishes.ts'

/** What is not yet as the objects ask for. */
export async function unsettled(client: Client): Promise<string[]> {
  const inChaos = { namespace: NAMESPACE }
  const [deployments, statefulSets, jobs, pods] = await Promise.all([
    client.list(resources.deployments, inChaos),
    client.list(resources.statefulsets, inChaos),
    client.list(resources.jobs, inChaos),
    client.list(resources.pods, inChaos),
  ])
  const found: string[] = []
  let wanted = 0
  for (const { kind, metadata, spec, status } of [...deployments.items, ...statefulSets.items]) {
    const replicas = spec?.replicas ?? 1
    wanted += replicas
    const ready = status?.readyReplicas ?? 0
    if (ready !== replicas || status?.observedGeneration !== metadata.generation)
      found.push(`${kind} ${metadata.name}: ${ready} of ${replicas} pods are ready`)
  }
  for (const { metadata, spec, status } of jobs.items) {
    const complete = status?.conditions?.some(({ type, status: value }) => type === 'Complete' && value === 'True')
    if (!complete || status?.succeeded !== spec?.completions)
      found.push(`Job ${metadata.name}: ${status?.succeeded ?? 0} of ${spec?.completions} pods have succeeded`)
  }
  const running = pods.items.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
  if (running.length !== wanted) found.push(`${running.length} pods run, ${wanted} are wanted`)
  for (const { metadata } of pods.items)
    if (metadata.deletionTimestamp) found.push(`pod ${metadata.name} is still being deleted`)
  return found
}

/** What the machine has that no pod accounts for, or lacks that a pod says it has. */
export async function strays(client: Client, stateDir: string): Promise<string[]> {
  const { items } = await client.list(resources.pods)
  const uids = new Set(items.map(({ metadata }) => metadata.uid ?? ''))
  const live = items.filter(({ status }) => status?.phase === 'Running')
  return [
    ...(await strayContainers(live, uids, stateDir)),
    ...(await strayMounts(uids, stateDir)),
    ...(await strayAddresses(live, stateDir)),
  ]
}

interface Container {
  id: string
  uid: string
  isSandbox: boolean
}

async function strayContainers(
  live: readonly k8s.Pod[],
  uids: ReadonlySet<string>,
  stateDir: string,
): Promise<string[]> {
  const socket = join(stateDir, 'run', 'containerd', 'containerd.sock')
  const ctr = (...args: string[]) => mustRun('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args])
  const running = new Set(
    (await ctr('tasks', 'list'))
      .split('\n')
      .filter((line) => line.includes('RUNNING'))
      .map((line) => line.split(/\s+/)[0] ?? ''),
  )
  const containers: Container[] = []
  for (const id of (await ctr('containers', 'list', '--quiet')).split('\n').filter(Boolean)) {
    const { Labels } = JSON.parse(await ctr('containers', 'info', id)) as { Labels: Record<string, string> }
    containers.push({
      id,
      uid: Labels['io.kubernetes.pod.uid'] ?? '',
      isSandbox: Labels['io.cri-containerd.kind'] === 'sandbox',
    })
  }
  const found = containers
    .filter(({ uid }) => !uids.has(uid))
    .map(({ id, uid }) => `container ${id} is of pod ${uid}, which there is not`)
  for (const { metadata, status } of live) {
    const sandboxes = containers.filter(
      ({ id, uid, isSandbox }) => isSandbox && uid === metadata.uid && running.has(id),
    )
    if (sandboxes.length !== 1) found.push(`pod ${metadata.name} has ${sandboxes.length} sandboxes that run`)
    for (const { name, containerID = '' } of status?.containerStatuses ?? [])
      if (!running.has(containerID.replace('containerd://', '')))
        found.push(`pod ${metadata.name}: container ${name} is said to run and does not`)
    const own = containers.filter(({ id, uid, isSandbox }) => !isSandbox && uid === metadata.uid && running.has(id))
    if (own.length !== (status?.containerStatuses ?? []).length)
      found.push(`pod ${metadata.name} has ${own.length} containers that run`)
  }
  return found
}

async function strayMounts(uids: ReadonlySet<string>, stateDir: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  const pods = join(stateDir, 'kubelet', 'pods')
  const ofPods = table.split('\n').flatMap((line) => {
    const path = line.split(' ')[4] ?? ''
    const uid = path.startsWith(`${pods}/`) ? path.slice(pods.length + 1).split('/')[0] : undefined
    return uid !== undefined && !uids.has(uid) ? [`mount ${path} is of a pod that there is not`] : []
  })
  const folders = (await readdir(pods).catch(() => [])).filter((uid) => !uids.has(uid))
  return [...ofPods, ...folders.map((uid) => `folder ${join(pods, uid)} is of a pod that there is not`)]
}

/** Addresses that host-local gave and no pod has. */
async function strayAddresses(live: readonly k8s.Pod[], stateDir: string): Promise<string[]> {
  const leases = join(stateDir, 'network')
  const files = await readdir(leases, { recursive: true }).catch(() => [])
  const taken = files.map((file) => file.split('/').at(-1) ?? '').filter((name) => /^\d+\.\d+\.\d+\.\d+$/.test(name))
  const used = new Set(live.flatMap(({ status }) => (status?.podIPs ?? []).map(({ ip }) => ip)))
  return taken.filter((address) => !used.has(address)).map((address) => `address ${address} is taken by nobody`)
}
