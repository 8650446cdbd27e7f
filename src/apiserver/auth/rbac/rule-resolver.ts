/** Which rules apply to whom, kept for each user until a role or binding changes.
 *  Source: kubernetes v1.34, pkg/registry/rbac/validation/rule.go (`DefaultRuleResolver`). */
import { apiError, type ApiError, type k8s, type UserInfo } from '../../../api/index.ts'
import { BindingIndex, type BoundSubject } from './binding-index.ts'
import type { RbacViews } from './object-view.ts'

/** The rules of one role that a binding gives to a user. */
export interface GrantedRules {
  rules: readonly k8s.PolicyRule[]
  /** `ClusterRoleBinding "a" of ClusterRole "b" to Group "c"` */
  source: string
}

export interface ResolvedRules {
  granted: readonly GrantedRules[]
  /** Bindings to roles that are not there. */
  errors: readonly string[]
}

const GROUP = 'rbac.authorization.k8s.io'

export class RuleResolver {
  readonly #views: RbacViews
  #generations: readonly number[] = []
  #cluster: BindingIndex | undefined
  #namespaces: Map<string, k8s.RoleBinding[]> | undefined
  readonly #indexes = new Map<string, BindingIndex>()
  /** By the user as an object: components and connections keep theirs. */
  #resolved = new WeakMap<UserInfo, Map<string, ResolvedRules>>()

  constructor(views: RbacViews) {
    this.#views = views
  }

  /** Cluster-wide rules, and those in `namespace` unless it is ''. */
  resolve(user: UserInfo, namespace: string): ResolvedRules {
    this.#forgetChanged()
    // Names that requests make up must not fill the memory.
    const scope = namespace !== '' && this.#indexOf(namespace) !== undefined ? namespace : ''
    let known = this.#resolved.get(user)
    if (known === undefined) this.#resolved.set(user, (known = new Map()))
    let resolved = known.get(scope)
    if (resolved === undefined) known.set(scope, (resolved = this.#resolve(user, scope)))
    return resolved
  }

  rulesFor(user: UserInfo, namespace: string): { rules: k8s.PolicyRule[]; errors: readonly string[] } {
    const { granted, errors } = this.resolve(user, namespace)
    return { rules: granted.flatMap(({ rules }) => rules), errors }
  }

  /** Throws ApiError NotFound for a role that is not there. `namespace` is the binding's. */
  rulesOfRole(ref: k8s.RoleRef, namespace: string): readonly k8s.PolicyRule[] {
    const role = this.#role(ref, namespace)
    if (role === undefined) throw roleNotFound(ref)
    return role.rules ?? []
  }

  #resolve(user: UserInfo, namespace: string): ResolvedRules {
    this.#cluster ??= new BindingIndex(this.#views.clusterRoleBindings.list(), '')
    const bound = this.#cluster.of(user).map((one) => ({ ...one, namespace: '' }))
    if (namespace !== '')
      bound.push(...(this.#indexOf(namespace)?.of(user) ?? []).map((one) => ({ ...one, namespace })))
    const granted: GrantedRules[] = []
    const errors = new Set<string>()
    for (const one of bound) {
      const { roleRef } = one.binding
      const role = this.#role(roleRef, one.namespace)
      if (role === undefined) errors.add(roleNotFound(roleRef).message)
      else if (role.rules?.length) granted.push({ rules: role.rules, source: describe(one) })
    }
    return { granted, errors: [...errors] }
  }

  #role({ kind, name }: k8s.RoleRef, namespace: string): k8s.Role | k8s.ClusterRole | undefined {
    if (kind === 'ClusterRole') return this.#views.clusterRoles.get({ name })
    return kind === 'Role' && namespace !== '' ? this.#views.roles.get({ namespace, name }) : undefined
  }

  #indexOf(namespace: string): BindingIndex | undefined {
    const known = this.#indexes.get(namespace)
    if (known !== undefined) return known
    this.#namespaces ??= Map.groupBy(this.#views.roleBindings.list(), ({ metadata }) => metadata.namespace ?? '')
    const bindings = this.#namespaces.get(namespace)
    if (bindings === undefined) return undefined
    const index = new BindingIndex(bindings, namespace)
    this.#indexes.set(namespace, index)
    return index
  }

  #forgetChanged(): void {
    const { roles, clusterRoles, roleBindings, clusterRoleBindings } = this.#views
    const [ofRoles, ofClusterRoles, ofBindings, ofClusterBindings] = this.#generations
    if (
      ofRoles === roles.generation &&
      ofClusterRoles === clusterRoles.generation &&
      ofBindings === roleBindings.generation &&
      ofClusterBindings === clusterRoleBindings.generation
    )
      return
    this.#generations = [
      roles.generation,
      clusterRoles.generation,
      roleBindings.generation,
      clusterRoleBindings.generation,
    ]
    this.#cluster = undefined
    this.#namespaces = undefined
    this.#indexes.clear()
    this.#resolved = new WeakMap()
  }
}

function roleNotFound({ kind, name }: k8s.RoleRef): ApiError {
  const singular = kind.toLowerCase()
  const subject = { group: GROUP, kind: singular, name }
  return apiError('NotFound', `${singular}.${GROUP} ${JSON.stringify(name)} not found`, { subject })
}

function describe({ binding, subject }: BoundSubject): string {
  const { namespace, name } = binding.metadata
  const { roleRef } = binding
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding'
  const bindingName = namespace === undefined ? name : `${name}/${namespace}`
  const whom =
    subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || (namespace ?? '')}` : subject.name
  return (
    `${kind} ${JSON.stringify(bindingName)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} ` +
    `to ${subject.kind} ${JSON.stringify(whom)}`
  )
}
