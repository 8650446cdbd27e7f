/** The objects of parameters that a binding names. Source: k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/policy/generic/policy_dispatcher.go (CollectParams). */
import { apiVersionOf, type k8s, labelSelectorMatches, type Resource } from '../../../api/index.ts'
import { parseJson } from '../../../api/machinery.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import { listServed, readStored, storedKey, storedPrefix } from '../../registry/stored-form.ts'
import type { Backend } from '../../server/context.ts'
import { Misconfigured } from './misconfigured.ts'

type Objects = Pick<Backend, 'store' | 'catalog'>

/** The resource of a policy's parameters; undefined: it has none. Throws Misconfigured. */
export function paramResource(
  { paramKind }: k8s.ValidatingAdmissionPolicySpec,
  { catalog }: Objects,
): Resource | undefined {
  if (paramKind === undefined) return undefined
  const { apiVersion = '', kind = '' } = paramKind
  const found = catalog.resources.find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion)
  if (found !== undefined) return found
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
  throw new Misconfigured(`failed to find resource referenced by paramKind: '${groupVersion}, Kind=${kind}'`)
}

/** With each the policy is evaluated; null: without any. Throws Misconfigured. */
export async function paramsOf(
  resource: Resource | undefined,
  { paramRef }: k8s.ValidatingAdmissionPolicyBindingSpec,
  { backend, namespace }: { backend: Objects; namespace: string | undefined },
): Promise<readonly (AnyObject | null)[]> {
  if (resource === undefined || paramRef === undefined) return [null]
  const found = await findParams(backend, resource, { paramRef, namespace: namespaceOf(resource, paramRef, namespace) })
  if (found.length === 0 && paramRef.parameterNotFoundAction === 'Deny') {
    throw new Misconfigured('no params found for policy binding with `Deny` parameterNotFoundAction')
  }
  return found
}

function namespaceOf(
  { namespaced }: Resource,
  paramRef: k8s.ParamRef,
  requested: string | undefined,
): string | undefined {
  if (!namespaced) {
    if (!paramRef.namespace) return undefined
    throw new Misconfigured('paramRef.namespace must not be provided for a cluster-scoped `paramKind`')
  }
  const namespace = paramRef.namespace || requested
  if (namespace) return namespace
  throw new Misconfigured('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
}

async function findParams(
  backend: Objects,
  resource: Resource,
  { paramRef, namespace }: { paramRef: k8s.ParamRef; namespace: string | undefined },
): Promise<AnyObject[]> {
  const { name, selector } = paramRef
  if (name) {
    const key = storedKey(backend, resource, { name, ...(namespace !== undefined && { namespace }) })
    const entry = await backend.store.get(key)
    return entry === undefined ? [] : [await readStored(backend, resource, entry)]
  }
  const { entries } = await listServed(backend, resource, storedPrefix(backend, resource, namespace))
  return entries
    .map(({ value }) => parseJson(value) as AnyObject)
    .filter(({ metadata }) => labelSelectorMatches(selector, metadata.labels))
}
