/** The CNI configuration containerd reads. Source: CNI specification 1.0.0; plugins v1.1: bridge, host-local, portmap. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasErrno, writeFileAtomically } from '../../lib/index.ts'
import { addressAt, type Cidr, lastPodAddress } from './cidr.ts'

/** Where libcni keeps results of ADD, as `<network>-<container>-<interface>`; containerd leaves no choice. */
const RESULTS_DIR = '/var/lib/cni/results'

export interface CniOptions {
  networkName: string
  bridge: string
  podCidr: Cidr
  /** The directory containerd looks into; the file is `10-<networkName>.conflist`. */
  confDir: string
  /** Where host-local remembers which addresses are taken. */
  dataDir: string
}

/** No `ipMasq`: our own nftables table masquerades. The bridge and DNS have the first address, the gateway the last.
 *  `portmap` gives containers their `hostPort`. */
export function cniConfList(options: Omit<CniOptions, 'confDir'>): object {
  const { networkName, bridge, podCidr, dataDir } = options
  const gateway = addressAt(podCidr, 1)
  return {
    cniVersion: '1.0.0',
    name: networkName,
    plugins: [
      {
        type: 'bridge',
        bridge,
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: {
          type: 'host-local',
          dataDir,
          ranges: [[{ subnet: podCidr.text, rangeEnd: lastPodAddress(podCidr), gateway }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  }
}

export async function writeCniConf(options: CniOptions): Promise<void> {
  const text = `${JSON.stringify(cniConfList(options), null, 2)}\n`
  await writeFileAtomically(confPath(options), text, 0o644)
}

/** Forgets the network: its configuration, leases and cached results. Idempotent. */
export async function removeCniState(options: Pick<CniOptions, 'networkName' | 'confDir' | 'dataDir'>): Promise<void> {
  await rm(confPath(options), { force: true })
  await rm(options.dataDir, { recursive: true, force: true })
  for (const name of await listDir(RESULTS_DIR))
    if (name.startsWith(`${options.networkName}-`)) await rm(join(RESULTS_DIR, name), { force: true })
}

const confPath = (options: { confDir: string; networkName: string }): string =>
  join(options.confDir, `10-${options.networkName}.conflist`)

async function listDir(path: string): Promise<string[]> {
  return readdir(path).catch((error: unknown) => {
    if (hasErrno(error, 'ENOENT')) return []
    throw error
  })
}
