/** What pods' sandboxes have of the network, as far as it outlives them: addresses, port mappings, the plugins' records.
 *  A runtime that is killed while it makes a sandbox forgets the sandbox, and these stay. */
import { access, rm } from 'node:fs/promises'
import { isIPv4 } from 'node:net'
import { dirname, join } from 'node:path'
import type { CniConfList } from './cni.ts'
import { LOOPBACK_NETWORK, listResults, namespaceOfResult, readLeases, RESULTS_DIR } from './cni-records.ts'
import { deleteAttachment } from './delete-attachment.ts'

export interface SandboxNetworks {
  /** Ids of all sandboxes that something is kept for. An address that is taken in nobody's name stands for itself. */
  list(): Promise<string[]>
  /** Gives back what is kept for one that `list` told of. Idempotent. Throws where a plugin refuses. */
  release(id: string): Promise<void>
}

export interface SandboxNetworksOptions {
  network: CniConfList
  /** host-local's directory. */
  dataDir: string
  /** Where the runtime mounts the namespaces of its sandboxes: a record that names one of these is of ours. */
  netnsDir: string
  /** Where the plugins are. */
  binDir: string
  /** Default: libcni's. */
  resultsDir?: string
}

export function sandboxNetworks(options: SandboxNetworksOptions): SandboxNetworks {
  const { network, netnsDir, binDir, resultsDir = RESULTS_DIR } = options
  const leasesDir = join(options.dataDir, network.name)
  const results = () => listResults([network.name, LOOPBACK_NETWORK], resultsDir)
  /** By file name: a result is written once. Names of networks say nothing, as any runtime has the same. */
  let namespaces = new Map<string, string>()
  const namespaceOf = async (file: string) => {
    const found = namespaces.get(file) ?? (await namespaceOfResult(file, resultsDir))
    if (found !== undefined) namespaces.set(file, found)
    return found
  }

  return {
    async list() {
      const found = await results()
      namespaces = new Map([...namespaces].filter(([name]) => found.some(({ file }) => file === name)))
      const ids = new Set((await readLeases(leasesDir)).map(({ containerId, address }) => containerId ?? address))
      for (const { file, containerId } of found) {
        const namespace = await namespaceOf(file)
        if (namespace !== undefined && dirname(namespace) === netnsDir) ids.add(containerId)
      }
      return [...ids]
    },

    async release(id) {
      if (isIPv4(id)) {
        const [lease] = (await readLeases(leasesDir)).filter(({ address }) => address === id)
        if (lease?.containerId === undefined) await rm(join(leasesDir, id), { force: true })
        return
      }
      const own = (await results()).filter(({ containerId }) => containerId === id)
      const [file] = own.filter((result) => result.network === network.name).map((result) => result.file)
      const netns = file === undefined ? undefined : await namespaceOf(file)
      await deleteAttachment(network, { containerId: id, netns: netns && (await ifThere(netns)) }, binDir)
      for (const result of own) await rm(join(resultsDir, result.file), { force: true })
    },
  }
}

const ifThere = (path: string): Promise<string | undefined> =>
  access(path).then(
    () => path,
    () => undefined,
  )
