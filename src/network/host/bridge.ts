/** The bridge pods are plugged into. Made before the first pod so that the cluster's DNS server can listen on it; the
 *  CNI bridge plugin takes it as it finds it. */
import { access } from 'node:fs/promises'
import { runCommand } from './command.ts'
import { addressAt, type Cidr } from './cidr.ts'

export interface BridgeOptions {
  name: string
  podCidr: Cidr
  serviceCidr: Cidr
  /** A further address: what the gateway sends from. */
  gatewayAddress: string
}

/** Idempotent. Routes the service range to the bridge too: without it, a machine with no default route (a laptop
 *  offline) could not reach a ClusterIP although the traffic never leaves it. */
export async function ensureBridge({ name, podCidr, serviceCidr, gatewayAddress }: BridgeOptions): Promise<void> {
  const gateway = addressAt(podCidr, 1)
  if (!(await linkExists(name)))
    // A fixed MAC: otherwise the bridge takes the lowest of its ports', and pods keep a stale one in their ARP caches.
    await runCommand('ip', ['link', 'add', name, 'address', macOf(gateway), 'type', 'bridge'])
  await runCommand('ip', ['address', 'replace', `${gateway}/${podCidr.prefix}`, 'dev', name])
  // Behind the first: the CNI plugin wants to find its own there.
  await runCommand('ip', ['address', 'replace', `${gatewayAddress}/32`, 'dev', name])
  await runCommand('ip', ['link', 'set', name, 'up'])
  await runCommand('ip', ['route', 'replace', serviceCidr.text, 'dev', name])
}

/** Removes the bridge and the host ends of pods still plugged into it. Idempotent. */
export async function removeBridge(name: string): Promise<void> {
  if (!(await linkExists(name))) return
  const ports: unknown = JSON.parse((await runCommand('ip', ['-json', 'link', 'show', 'master', name])) || '[]')
  // A pod that ends at this moment takes its port with it.
  for (const port of Array.isArray(ports) ? ports : [])
    if (typeof port?.ifname === 'string') await runCommand('ip', ['link', 'delete', port.ifname]).catch(() => {})
  await runCommand('ip', ['link', 'delete', name])
}

/** Asks the kernel itself, so that a purge needs no program where there is nothing to remove. Not /sys: that shows the
 *  network namespace that it was mounted in. */
async function linkExists(name: string): Promise<boolean> {
  return access(`/proc/sys/net/ipv4/conf/${name}`).then(
    () => true,
    () => false,
  )
}

/** Locally administered, and the same for the same address: 0a:58 and the four bytes, as CNI plugins have it. */
const macOf = (address: string): string =>
  ['0a', '58', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':')
