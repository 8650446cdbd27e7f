/** What the CNI plugins and libcni remember of sandboxes, read from their files. Sources: plugins v1.1, host-local's disk
 *  backend (a lease is a file named for the address: container id, CR LF, interface); libcni v1.1, cached results
 *  (`<network>-<container id>-<interface>`, JSON with the result of ADD). */
import { isIPv4 } from 'node:net'
import { join } from 'node:path'
import { listIfThere, readIfThere } from '../../lib/index.ts'

/** Where libcni keeps results of ADD; containerd leaves no choice. */
export const RESULTS_DIR = '/var/lib/cni/results'

/** containerd gives each sandbox a loopback interface by a network of its own. */
export const LOOPBACK_NETWORK = 'cni-loopback'

export interface Lease {
  address: string
  /** Undefined where host-local was killed between making the file and writing to it. */
  containerId: string | undefined
}

/** `directory` is host-local's of one network; without it there are none. */
export async function readLeases(directory: string): Promise<Lease[]> {
  const leases: Lease[] = []
  for (const address of await listIfThere(directory)) {
    if (!isIPv4(address)) continue
    const text = await readIfThere(join(directory, address))
    if (text !== undefined) leases.push({ address, containerId: text.split(/\s/)[0] || undefined })
  }
  return leases
}

export interface ResultName {
  file: string
  network: string
  containerId: string
}

/** The results that `networks` have, by their files' names. */
export async function listResults(networks: readonly string[], directory = RESULTS_DIR): Promise<ResultName[]> {
  const files = await listIfThere(directory)
  return files.flatMap((file) => {
    const [, network = '', containerId = ''] = /^(.+)-([0-9a-f]{64})-[^-]+$/.exec(file) ?? []
    return networks.includes(network) ? [{ file, network, containerId }] : []
  })
}

/** The network namespace that a result is about; undefined where the file says none, or is only half written. */
export async function namespaceOfResult(file: string, directory = RESULTS_DIR): Promise<string | undefined> {
  const text = await readIfThere(join(directory, file))
  try {
    const { result } = JSON.parse(text ?? '{}') as { result?: { interfaces?: { sandbox?: string }[] } }
    return result?.interfaces?.map(({ sandbox }) => sandbox).find(Boolean)
  } catch {
    return undefined
  }
}
