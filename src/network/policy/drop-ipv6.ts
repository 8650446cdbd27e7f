/** The pods' network is of IPv4, and so are NetworkPolicies. But the kernel gives each interface an IPv6 address of its link:
 *  by that, pods would reach one another, and whatever listens on the node, past all policies. Source: RFC 4291, 2.5.6. */
import { access } from 'node:fs/promises'
import { applyRuleset, deleteTable } from '../nft/nft.ts'

export interface DropIpv6Options {
  tableName: string
  bridge: string
}

/** Idempotent. Nothing where the kernel has no IPv6. Throws NetworkError. */
export async function dropIpv6({ tableName, bridge }: DropIpv6Options): Promise<void> {
  const hasIpv6 = await access('/proc/sys/net/ipv6').then(
    () => true,
    () => false,
  )
  if (hasIpv6) await applyRuleset(rulesetOf(tableName, bridge))
}

export const forgetIpv6 = (tableName: string): Promise<void> => deleteTable(tableName, 'ip6')

const rulesetOf = (tableName: string, bridge: string): string => `add table ip6 ${tableName}
flush table ip6 ${tableName}
table ip6 ${tableName} {
  chain forward {
    type filter hook forward priority -1; policy accept;
    iifname "${bridge}" drop
  }
  chain input {
    type filter hook input priority -1; policy accept;
    iifname "${bridge}" drop
  }
}
`
