/** What expressions see of a request that is to be admitted: in the match conditions of webhooks and in admission
 *  policies. Source: k8s.io/apiserver v0.34, pkg/admission/plugin/cel/compile.go (mustBuildEnvs, BuildRequestType,
 *  BuildNamespaceType). */
import { BOOL, DYN, INT, STRING, TIMESTAMP } from '../check/types.ts'
import { type Declaration, listDeclaration, mapDeclaration, objectDeclaration, simple } from '../declare/declaration.ts'
import { AUTHORIZER, RESOURCE_CHECK } from '../functions/kubernetes/authorizers.ts'
import { type CelEnvironment, kubernetesEnvironment } from '../kubernetes-environment.ts'

const UNBOUNDED = Number.MAX_SAFE_INTEGER

const dyn = simple(DYN)
const text = simple(STRING, 2, UNBOUNDED)
const time = simple(TIMESTAMP, 21, 32)
const listOf = (element: Declaration) => listDeclaration(element, UNBOUNDED)
const mapOf = (element: Declaration) => mapDeclaration(element, UNBOUNDED)
const object = (name: string, fields: Readonly<Record<string, Declaration>>) =>
  objectDeclaration(`kubernetes.${name}`, new Map(Object.entries(fields)))

const kind = object('GroupVersionKind', { group: text, version: text, kind: text })
const resource = object('GroupVersionResource', { group: text, version: text, resource: text })
const request = object('AdmissionRequest', {
  kind,
  resource,
  subResource: text,
  requestKind: kind,
  requestResource: resource,
  requestSubResource: text,
  name: text,
  namespace: text,
  operation: text,
  userInfo: object('UserInfo', { username: text, uid: text, groups: listOf(text), extra: mapOf(listOf(text)) }),
  dryRun: simple(BOOL),
  options: dyn,
})

const namespace = object('Namespace', {
  metadata: object('NamespaceMetadata', {
    name: text,
    generateName: text,
    namespace: text,
    labels: mapOf(text),
    annotations: mapOf(text),
    UID: text,
    creationTimestamp: time,
    deletionGracePeriodSeconds: simple(INT),
    deletionTimestamp: time,
    generation: simple(INT),
    resourceVersion: text,
    finalizers: listOf(text),
  }),
  spec: object('NamespaceSpec', { finalizers: listOf(text) }),
  status: object('NamespaceStatus', {
    conditions: listOf(
      object('NamespaceCondition', { status: text, type: text, lastTransitionTime: time, message: text, reason: text }),
    ),
    phase: text,
  }),
})

const VARIABLES: Readonly<Record<string, Declaration>> = {
  object: dyn,
  oldObject: dyn,
  namespaceObject: namespace,
  request,
}
const ASKING: Readonly<Record<string, Declaration>> = {
  authorizer: simple(AUTHORIZER),
  'authorizer.requestResource': simple(RESOURCE_CHECK),
}

/** `more`: what there is besides, as `params` and `variables` of a policy. Messages may not ask the authorizer. */
export function admissionEnvironment(
  more: Readonly<Record<string, Declaration>> = {},
  { authorizer } = { authorizer: true },
): CelEnvironment {
  return kubernetesEnvironment({ ...VARIABLES, ...(authorizer && ASKING), ...more })
}

/** Of the conditions of a policy, which see its parameters but no variables. */
export const policyEnvironment = (hasParams: boolean): CelEnvironment =>
  admissionEnvironment(hasParams ? { params: dyn } : {})
