/** Whether the machine has what the pods of an installation need, and nothing else of them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type k8s, resources } from '../../../src/api/index.ts'
import type { Client } from '../../../src/client/index.ts'
import { cgroupRootOf, containerdPaths } from '../../../src/kubelet/containerd/paths.ts'
import { findShims } from '../../../src/kubelet/containerd/shims.ts'
import { mustRun } from './command.ts'

/** What the machine has that no pod accounts for, or lacks that a pod says it has. */
export async function strays(client: Client, stateDir: string): Promise<string[]> {
  const { items } = await client.list(resources.pods)
  const uids = new Set(items.map(({ metadata }) => metadata.uid ?? ''))
  const live = items.filter(({ status }) => status?.phase === 'Running')
  return [
    ...(await strayContainers(live, uids, stateDir)),
    ...(await strayMounts(uids, stateDir)),
    ...(await strayAddresses(live, stateDir)),
    ...(await strayNamespaces(live, stateDir)),
    ...(await strayCgroups(uids, stateDir)),
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
  const { socket } = pathsOf(stateDir)
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
  const ids = new Set(containers.map(({ id }) => id))
  for (const { id } of await findShims(socket))
    if (!ids.has(id)) found.push(`a shim of container ${id} runs, which there is not`)
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

/** Addresses that host-local gave and no pod has, and rules for ports of the host that no pod asks for. */
async function strayAddresses(live: readonly k8s.Pod[], stateDir: string): Promise<string[]> {
  const used = new Set(live.flatMap(({ status }) => (status?.podIPs ?? []).map(({ ip }) => ip)))
  const rules = (await mustRun('iptables-save', ['-t', 'nat'])).split('\n').flatMap((line) => {
    const [, to] = /^-A CNI-DN-\S+ .*--to-destination (\d+\.\d+\.\d+\.\d+):/.exec(line) ?? []
    return to !== undefined && !used.has(to) ? [`rule ${line} is for a pod that there is not`] : []
  })
  const taken = await leasedAddresses(stateDir)
  return [
    ...taken.filter((address) => !used.has(address)).map((address) => `address ${address} is taken by nobody`),
    ...rules,
  ]
}

/** The addresses that host-local has given. */
export async function leasedAddresses(stateDir: string): Promise<string[]> {
  const files = await readdir(join(stateDir, 'network'), { recursive: true }).catch(() => [])
  return files.map((file) => file.split('/').at(-1) ?? '').filter((name) => /^\d+\.\d+\.\d+\.\d+$/.test(name))
}

/** Network namespaces, and what libcni remembers of them: one for each pod with a network of its own. */
async function strayNamespaces(live: readonly k8s.Pod[], stateDir: string): Promise<string[]> {
  const { netns } = pathsOf(stateDir)
  const wanted = live.filter(({ spec }) => !spec.hostNetwork).length
  const namespaces = await readdir(netns).catch(() => [])
  const found: string[] = []
  if (namespaces.length !== wanted) found.push(`${namespaces.length} network namespaces for ${wanted} pods`)
  const results = '/var/lib/cni/results'
  let remembered = 0
  for (const file of await readdir(results).catch(() => []))
    if ((await readFile(join(results, file), 'utf8').catch(() => '')).includes(`"${netns}/`)) remembered += 1
  // One of the pod network, one of the loopback interface.
  if (remembered !== 2 * wanted) found.push(`${remembered} CNI results for ${wanted} pods`)
  return found
}

async function strayCgroups(uids: ReadonlySet<string>, stateDir: string): Promise<string[]> {
  const root = cgroupRootOf(stateDir)
  const found: string[] = []
  for (const hierarchy of ['', ...(await readdir('/sys/fs/cgroup').catch(() => []))])
    for (const path of await readdir(join('/sys/fs/cgroup', hierarchy, root), { recursive: true }).catch(() => [])) {
      const uid = /(?:^|\/)pod([0-9a-f-]{36})$/.exec(path)?.[1]
      if (uid !== undefined && !uids.has(uid))
        found.push(`cgroup ${join(hierarchy, root, path)} is of a pod that there is not`)
    }
  return found
}

const pathsOf = (stateDir: string) => containerdPaths({ stateDir, runDir: join(stateDir, 'run') })
