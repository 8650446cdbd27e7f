/** Who may connect at all: this machine and its pods. What else of the network reaches the port is turned away before a
 *  handshake: opening a machine to its network is the user's decision. */
import { BlockList } from 'node:net'

export interface Surroundings {
  /** Where pods have their addresses, if they have their own. */
  podCidr: string | undefined
  /** This machine's addresses now. May throw: then there are none. */
  ownAddresses: () => readonly string[]
}

export function connectionFilter({ podCidr, ownAddresses }: Surroundings): (remote: string | undefined) => boolean {
  const inside = new BlockList()
  inside.addSubnet('127.0.0.0', 8, 'ipv4')
  const [network = '', prefix] = podCidr?.split('/') ?? []
  if (prefix !== undefined) inside.addSubnet(network, Number(prefix), network.includes(':') ? 'ipv6' : 'ipv4')
  return (remote) =>
    remote !== undefined &&
    (inside.check(remote, remote.includes(':') ? 'ipv6' : 'ipv4') || isAmong(ownAddresses, remote))
}

/** False while the system cannot say which addresses it has: that takes a file, and there may be none left. */
function isAmong(ownAddresses: Surroundings['ownAddresses'], remote: string): boolean {
  try {
    return ownAddresses().includes(remote)
  } catch {
    return false
  }
}
