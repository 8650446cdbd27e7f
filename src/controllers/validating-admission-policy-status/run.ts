/** Tells the authors of admission policies what their expressions get wrong about the kinds they are about.
 *  Source: kubernetes v1.34, pkg/controller/validatingadmissionpolicystatus. */
import { resources } from '../../api/index.ts'
import { typeCheckPolicy } from '../../api/machinery.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { KnownKinds } from './known-kinds.ts'

const FIELD_MANAGER = 'validatingadmissionpolicy-status'

export async function runValidatingAdmissionPolicyStatusController(context: ControllerContext): Promise<void> {
  const { client, clock, logger, signal, informers } = context
  const { validatingadmissionpolicies, customresourcedefinitions } = resources
  const policies = await informers.of(validatingadmissionpolicies)
  await runController({
    name: 'validatingadmissionpolicy-status',
    clock,
    logger,
    signal,
    sources: [source(policies, ({ metadata }) => [metadata.name])],
    reconcile: async (name) => {
      const policy = policies.get({ name })
      if (policy === undefined) return
      const { generation = 0 } = policy.metadata
      if (generation <= (policy.status?.observedGeneration ?? 0)) return
      // Asked anew: a definition may be made right before the policy, and is looked at once.
      const { items } = await informers.client.list(customresourcedefinitions)
      const known = new KnownKinds(items)
      const { spec } = policy
      const expressionWarnings = typeCheckPolicy(spec, { kinds: known.namedIn(spec), params: known.paramsOf(spec) })
      // `typeChecking` without warnings says that there is nothing to warn of.
      const typeChecking = { expressionWarnings: expressionWarnings.length === 0 ? null : expressionWarnings }
      const patch = { status: { observedGeneration: generation, typeChecking } }
      const how = { type: 'merge', subresource: 'status', fieldManager: FIELD_MANAGER } as const
      await client.patch(validatingadmissionpolicies, { name }, patch, how)
    },
  })
}
