/** The CNI configuration containerd reads. Source: CNI specification 1.0.0; plugins v1.1: bridge, host-local, portmap. */
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { removeIfEmpty, writeFileAtomically } from '../../lib/index.ts'
import { addressAt, type Cidr, lastPodAddress } from './cidr.ts'
import { LOOPBACK_NETWORK, listResults, namespaceOfResult, RESULTS_DIR } from './cni-records.ts'

export interface CniOptions {
  networkName: string
  bridge: string
  podCidr: Cidr
  /** The directory containerd looks into; the file is `10-<networkName>.conflist`. */
  confDir: string
  /** Where host-local remembers which addresses are taken. */
  dataDir: string
}

export interface CniConfList {
  cniVersion: string
  name: string
  /** With what else each takes. */
  plugins: { type: string; capabilities?: { portMappings?: boolean }; [option: string]: unknown }[]
}

/** No `ipMasq`: our own nftables table masquerades. The bridge and DNS have the first address, the gateway the last.
 *  `portmap` gives containers their `hostPort`. */
export function cniConfList(options: Omit<CniOptions, 'confDir'>): CniConfList {
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

/** Forgets the network: its configuration, leases and cached results, those of the loopback interfaces too of pods whose
 *  namespaces are in `netnsDir`. Idempotent. */
export async function removeCniState(
  options: Pick<CniOptions, 'networkName' | 'confDir' | 'dataDir'> & { netnsDir: string | undefined },
): Promise<void> {
  const { networkName, netnsDir } = options
  await rm(confPath(options), { force: true })
  await rm(options.dataDir, { recursive: true, force: true })
  for (const { file, network } of await listResults([networkName, LOOPBACK_NETWORK])) {
    const isOurs = network === networkName || dirname((await namespaceOfResult(file)) ?? '') === netnsDir
    if (isOurs) await rm(join(RESULTS_DIR, file), { force: true })
  }
  await removeIfEmpty(RESULTS_DIR)
}

const confPath = (options: { confDir: string; networkName: string }): string =>
  join(options.confDir, `10-${options.networkName}.conflist`)
