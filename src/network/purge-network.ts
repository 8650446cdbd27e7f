/** Takes everything off this machine that `openNetwork` and the CNI plugins put there. */
import { errorMessage, type Logger } from '../lib/index.ts'
import { removeBridge } from './host/bridge.ts'
import { removeCniState } from './host/cni.ts'
import { forgetForwarded } from './host/forwarding.ts'
import { restoreSysctls } from './host/sysctls.ts'
import { resolvePlace, type NetworkPlace } from './open-network.ts'
import { deleteTable } from './nft/nft.ts'
import { forgetIpv6 } from './policy/drop-ipv6.ts'

/** Idempotent, and needs no engine. Every step is tried even when one fails; throws AggregateError with what failed. */
export async function purgeNetwork(options: NetworkPlace & { logger: Logger }): Promise<void> {
  const { stateDir, logger } = options
  const place = resolvePlace(options)
  const steps: [string, () => Promise<void>][] = [
    ['remove the nftables table', () => deleteTable(place.tableName)],
    ['remove the nftables table of policies', () => deleteTable(place.policyTableName)],
    ['remove the nftables table of IPv6', () => forgetIpv6(place.policyTableName)],
    ['remove the rules of iptables', () => forgetForwarded(place.bridge)],
    ['remove the bridge', () => removeBridge(place.bridge)],
    ['remove CNI state', () => removeCniState(place)],
    ['restore kernel settings', () => restoreSysctls(stateDir, logger)],
  ]
  const failures: Error[] = []
  for (const [what, step] of steps)
    await step().catch((cause: unknown) => {
      failures.push(new Error(`cannot ${what}: ${errorMessage(cause)}`, { cause }))
    })
  if (failures.length > 0) throw new AggregateError(failures, 'the pod network was not wholly removed')
}
