/** Keeps the kernel's table equal to what NetworkPolicies ask for. */
import { type KubeObject, resources } from '../../api/index.ts'
import { type Client, type Informer, openInformer } from '../../client/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import { keepTable } from '../nft/keep-table.ts'
import { type NodeAddresses, nodePods } from './node-pods.ts'
import { compilePolicies, type PolicyRulesetOptions } from './ruleset.ts'

export interface NetworkPolicyOptions extends PolicyRulesetOptions {
  client: Client
  clock: Clock
  logger: Logger
  tableName: string
  nodeAddresses: NodeAddresses
  signal: AbortSignal
  /** Called when what there was at the start is in the kernel. */
  onReady: () => void
}

/** Resolves when `signal` has aborted and the transaction in hand is done; the table stays. */
export async function runNetworkPolicies(options: NetworkPolicyOptions): Promise<void> {
  const { client, clock, logger, signal, tableName } = options
  await using stack = new AsyncDisposableStack()
  const informerOptions = { signal, clock, logger, transform: dropManagedFields }
  const policies = stack.use(await openInformer(client, resources.networkpolicies, informerOptions))
  const namespaces = stack.use(await openInformer(client, resources.namespaces, informerOptions))
  const pods = stack.use(await openInformer(client, resources.pods, informerOptions))
  const ofNode = nodePods(options.nodeAddresses)
  await keepTable({
    tableName,
    clock,
    logger,
    signal,
    wanted: () =>
      compilePolicies(
        { policies: policies.list(), namespaces: namespaces.list(), pods: pods.list(), nodePods: ofNode },
        options,
      ),
    onApplied: options.onReady,
    onChange(handler) {
      policies.onChange(handler)
      // Nobody asks about pods and namespaces while there is no policy.
      const whenAsked = <T extends KubeObject>(informer: Informer<T>) =>
        informer.onChange(() => {
          if (policies.list().length > 0) handler()
        })
      whenAsked(pods)
      whenAsked(namespaces)
    },
  })
}

function dropManagedFields(object: KubeObject): void {
  delete object.metadata.managedFields
}
