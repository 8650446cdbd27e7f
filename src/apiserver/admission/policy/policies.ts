/** The admission policies that are bound, by name, with their bindings.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/policy/generic/policy_source.go. */
import { type k8s, resources } from '../../../api/index.ts'
import { compilePolicy, type PolicyExpressions } from '../../../api/machinery.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import type { Backend } from '../../server/context.ts'

export interface Policy {
  name: string
  spec: k8s.ValidatingAdmissionPolicySpec
  /** Compiled when they are first needed. */
  expressions: () => PolicyExpressions
}

export interface Binding {
  name: string
  spec: k8s.ValidatingAdmissionPolicyBindingSpec
}

export interface BoundPolicy {
  policy: Policy
  bindings: readonly Binding[]
}

type Views = Pick<Backend, 'views'>

/** Cheap: asked for every write. */
export const hasBindings = ({ views }: Views): boolean =>
  views.of(resources.validatingadmissionpolicybindings).list().length > 0

export function boundPolicies({ views }: Views): BoundPolicy[] {
  const policies = views.of(resources.validatingadmissionpolicies).derived(policiesOf)
  const bindings = views.of(resources.validatingadmissionpolicybindings).derived(bindingsByPolicy)
  return policies.flatMap((policy) => {
    const bound = bindings.get(policy.name)
    return bound === undefined ? [] : [{ policy, bindings: bound }]
  })
}

function policiesOf(objects: readonly AnyObject[]): readonly Policy[] {
  return objects.map((object) => {
    const { metadata, spec = {} } = object as AnyObject & Partial<k8s.ValidatingAdmissionPolicy>
    let compiled: PolicyExpressions | undefined
    return { name: metadata.name, spec, expressions: () => (compiled ??= compilePolicy(spec)) }
  })
}

function bindingsByPolicy(objects: readonly AnyObject[]): ReadonlyMap<string, readonly Binding[]> {
  const bindings = objects.map((object): Binding => {
    const { metadata, spec = {} } = object as AnyObject & Partial<k8s.ValidatingAdmissionPolicyBinding>
    return { name: metadata.name, spec }
  })
  return Map.groupBy(bindings, ({ spec }) => spec.policyName ?? '')
}
