/** Wires the aggregation of ClusterRoles: a change of any asks for all that gather rules. */
import { isDeepStrictEqual } from 'node:util'
import { apiVersionOf, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { aggregatedRules } from './aggregate.ts'

const FIELD_MANAGER = 'clusterrole-aggregation-controller'

export async function runClusterRoleAggregationController(context: ControllerContext): Promise<void> {
  const { client, clock, logger, signal, informers } = context
  const { clusterroles } = resources
  const roles = await informers.of(clusterroles)
  const gathering = () => roles.list().filter(({ aggregationRule }) => aggregationRule !== undefined)
  await runController({
    name: 'clusterrole-aggregation',
    clock,
    logger,
    signal,
    sources: [source(roles, () => gathering().map(({ metadata }) => metadata.name))],
    reconcile: async (name) => {
      const role = roles.get({ name })
      if (role?.aggregationRule === undefined) return
      const rules = aggregatedRules(role, roles.list())
      if (isDeepStrictEqual(rules, role.rules ?? [])) return
      const wished = { apiVersion: apiVersionOf(clusterroles), kind: clusterroles.kind, metadata: { name }, rules }
      await client.patch(clusterroles, { name }, wished, { type: 'apply', fieldManager: FIELD_MANAGER, force: true })
    },
  })
}
