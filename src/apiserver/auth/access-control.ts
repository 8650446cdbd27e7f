/** The server's authorizers over its store: superusers, nodes, roles.
 *  Source: `--authorization-mode=Node,RBAC` of kube-apiserver v1.34. */
import { type k8s, resources } from '../../api/index.ts'
import type { Store } from '../../store/index.ts'
import type { StoreViews } from '../server/store-view.ts'
import { type Authorize, authorizeByAnyOf } from './authorize.ts'
import { nodeAuthorizer } from './node/node-authorizer.ts'
import { NodeGraph } from './node/node-graph.ts'
import { type ObjectView, rbacAuthorizer, RuleResolver } from './rbac/index.ts'

export interface AccessControl extends Disposable {
  authorize: Authorize
  /** Who holds which rules. */
  rules: RuleResolver
}

export async function openAccessControl(store: Store, views: StoreViews): Promise<AccessControl> {
  const rules = new RuleResolver({
    roles: views.of(resources.roles),
    clusterRoles: views.of(resources.clusterroles),
    roleBindings: views.of(resources.rolebindings) as unknown as ObjectView<k8s.RoleBinding>,
    clusterRoleBindings: views.of(resources.clusterrolebindings) as unknown as ObjectView<k8s.ClusterRoleBinding>,
  })
  const nodes = await NodeGraph.open(store)
  return {
    authorize: authorizeByAnyOf([nodeAuthorizer(nodes), rbacAuthorizer(rules)]),
    rules,
    [Symbol.dispose]: () => nodes[Symbol.dispose](),
  }
}
