/** A node may do its work, and read what the pods bound to it use: nothing of other nodes.
 *  Source: kubernetes v1.34, plugin/pkg/auth/authorizer/node/node_authorizer.go. */
import type { UserInfo } from '../../../api/index.ts'
import type { Attributes } from '../attributes.ts'
import type { Authorize, Decision } from '../authorize.ts'
import { CLUSTER_ROLES } from '../rbac/bootstrap-policy/cluster-roles.ts'
import { ruleOf } from '../rbac/bootstrap-policy/rule-text.ts'
import { ruleAllows } from '../rbac/rule-match.ts'
import type { NodeGraph } from './node-graph.ts'
import { type ReferenceKind, referenceKey } from './pod-references.ts'

const USER_PREFIX = 'system:node:'
const GROUP = 'system:nodes'
const NODE_RULES = (CLUSTER_ROLES['system:node'] ?? []).map(ruleOf)
const LEASES = 'kube-node-lease'

const ALLOWED: Decision = { allowed: true, reason: '' }
const no = (reason = ''): Decision => ({ allowed: false, reason })

interface NodeRequest {
  node: string
  verb: string
  subresource: string
  namespace: string
  name: string
  attributes: Attributes
}

type Judge = (request: NodeRequest, graph: NodeGraph) => Decision

/** Says nothing of users that are no nodes. */
export function nodeAuthorizer(graph: NodeGraph): Authorize {
  return (user, attributes) => {
    const node = nodeNameOf(user)
    if (node === undefined) return no()
    if (node === '') return no(`unknown node for user ${JSON.stringify(user.name)}`)
    const { resource, verb, namespace = '', name = '' } = attributes
    const qualified = resource === undefined ? '' : `${resource.group}/${resource.resource}`
    const judge = Object.hasOwn(JUDGES, qualified) ? JUDGES[qualified] : undefined
    if (judge !== undefined)
      return judge({ node, verb, subresource: resource?.subresource ?? '', namespace, name, attributes }, graph)
    return NODE_RULES.some((rule) => ruleAllows(rule, attributes)) ? ALLOWED : no()
  }
}

/** Undefined for who is no node. */
export function nodeNameOf(user: UserInfo): string | undefined {
  const isNode = user.name.startsWith(USER_PREFIX) && user.groups.includes(GROUP)
  return isNode ? user.name.slice(USER_PREFIX.length) : undefined
}

const READS = ['get', 'list', 'watch']
const OWN_OBJECT = ['get', 'create', 'update', 'patch', 'delete']

const unrelated = (node: string) => no(`no relationship found between node '${node}' and this object`)
const related = ({ node, name }: NodeRequest, isRelated: () => boolean): Decision => {
  if (name === '') return no('No Object name found')
  return isRelated() ? ALLOWED : unrelated(node)
}

/** Objects in a namespace that a pod of the node refers to. */
const readReferred =
  (kind: ReferenceKind): Judge =>
  (request, graph) => {
    const { node, verb, subresource, namespace, name } = request
    if (!READS.includes(verb)) return no('can only read resources of this type')
    if (subresource !== '') return no('cannot read subresource')
    if (namespace === '') return no('can only read namespaced object of this type')
    return related(request, () => graph.isReferredTo(node, referenceKey(kind, namespace, name)))
  }

const getOnly =
  (isRelated: (request: NodeRequest, graph: NodeGraph) => boolean): Judge =>
  (request, graph) => {
    if (request.verb !== 'get') return no('can only get individual resources of this type')
    if (request.subresource !== '') return no('cannot get subresource')
    return related(request, () => isRelated(request, graph))
  }

const getReferred = (kind: ReferenceKind): Judge =>
  getOnly(({ node, namespace, name }, graph) => graph.isReferredTo(node, referenceKey(kind, namespace, name)))

const claims: Judge = (request, graph) => {
  const { node, verb, subresource, namespace, name } = request
  if (subresource !== 'status') return getReferred('pvc')(request, graph)
  if (verb !== 'update' && verb !== 'patch') return no('can only get/update/patch this type')
  return related(request, () => graph.isReferredTo(node, referenceKey('pvc', namespace, name)))
}

const serviceAccounts: Judge = (request, graph) => {
  const { node, verb, subresource, namespace, name } = request
  if (verb === 'get' && subresource === '') return readReferred('serviceaccount')(request, graph)
  if (verb !== 'create' || name === '') return no('can only create tokens for individual service accounts')
  if (subresource !== 'token') return no('can only create token subresource of serviceaccount')
  return graph.isReferredTo(node, referenceKey('serviceaccount', namespace, name)) ? ALLOWED : unrelated(node)
}

const leases: Judge = ({ node, verb, namespace, name }) => {
  if (!OWN_OBJECT.includes(verb)) return no('can only get, create, update, patch, or delete a node lease')
  if (namespace !== LEASES) return no(`can only access leases in the "${LEASES}" system namespace`)
  // Which lease is created, admission sees.
  if (verb === 'create' || name === node) return ALLOWED
  return no('can only access node lease with the same name as the requesting node')
}

const csiNodes: Judge = ({ node, verb, subresource, name }) => {
  if (!OWN_OBJECT.includes(verb)) return no('can only get, create, update, patch, or delete a CSINode')
  if (subresource !== '') return no('cannot authorize CSINode subresources')
  if (verb === 'create' || name === node) return ALLOWED
  return no('can only access CSINode with the same name as the requesting node')
}

const selects = ({ attributes, node }: NodeRequest, field: string) =>
  attributes.fieldSelector?.some((one) => one.field === field && one.operator === '=' && one.value === node) ?? false

const resourceSlices: Judge = (request, graph) => {
  const { node, verb, subresource, name } = request
  if (subresource !== '') return no('cannot authorize ResourceSlice subresources')
  if (verb === 'create') return ALLOWED
  if (['get', 'update', 'patch', 'delete'].includes(verb)) return related(request, () => graph.sliceIsOf(node, name))
  if (!['watch', 'list', 'deletecollection'].includes(verb))
    return no(
      'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, ' +
        'deletecollection',
    )
  if (selects(request, 'spec.nodeName')) return ALLOWED
  return no('can only list/watch/deletecollection resourceslices with nodeName field selector')
}

const nodes: Judge = ({ node, verb, subresource, name }) => {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOWED : no()
  if (subresource !== '') return no()
  // Which node is written, admission sees.
  if (verb === 'create' || verb === 'update' || verb === 'patch') return ALLOWED
  if (!READS.includes(verb)) return no()
  if (name === node) return ALLOWED
  if (name === '') return no(`node '${node}' cannot read all nodes, only its own Node object`)
  return no(`node '${node}' cannot read '${name}', only its own Node object`)
}

const pods: Judge = (request, graph) => {
  const { node, verb, subresource, namespace, name } = request
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOWED : no()
  if (subresource === 'eviction') return verb === 'create' ? ALLOWED : no()
  if (subresource !== '') return no()
  if (verb === 'create' || verb === 'delete') return ALLOWED
  if (verb === 'get') return related(request, () => graph.podIsOn(node, namespace, name))
  if (verb !== 'list' && verb !== 'watch') return no()
  if (selects(request, 'spec.nodeName')) return ALLOWED
  if (name !== '') return related(request, () => graph.podIsOn(node, namespace, name))
  return no('can only list/watch pods with spec.nodeName field selector')
}

/** By `group/resource`; others are judged by the rules of `system:node`. */
const JUDGES: Readonly<Record<string, Judge>> = {
  '/secrets': readReferred('secret'),
  '/configmaps': readReferred('configmap'),
  '/persistentvolumeclaims': claims,
  '/persistentvolumes': getOnly(({ node, name }, graph) => graph.volumeIsUsed(node, name)),
  'resource.k8s.io/resourceclaims': getReferred('resourceclaim'),
  'storage.k8s.io/volumeattachments': getOnly(({ node, name }, graph) => graph.attachmentIsOf(node, name)),
  '/serviceaccounts': serviceAccounts,
  'coordination.k8s.io/leases': leases,
  'storage.k8s.io/csinodes': csiNodes,
  'resource.k8s.io/resourceslices': resourceSlices,
  '/nodes': nodes,
  '/pods': pods,
}
