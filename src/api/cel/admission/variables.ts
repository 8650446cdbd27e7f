/** The values of what `admissionEnvironment` declares. Source: k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/cel/activation.go. */
import { jsonValue } from '../declare/json-value.ts'
import { type AccessChecker, AuthorizerValue, ResourceCheckValue } from '../functions/kubernetes/authorizers.ts'
import type { Variables } from '../plan/frame.ts'
import type { Result } from '../values/value.ts'

export interface AdmissionInput {
  /** JSON, as are the following; undefined is null to expressions. */
  object: unknown
  oldObject: unknown
  /** An AdmissionRequest without its objects. */
  request: unknown
  /** The Namespace object. Webhooks are not told. */
  namespace?: unknown
  checker: AccessChecker
  /** What `authorizer.requestResource` is about. */
  target: { group: string; resource: string; subresource: string; namespace: string; name: string }
}

/** `more` gives the variables there are besides. */
export function admissionVariables(input: AdmissionInput, more?: Variables): Variables {
  const { checker, target } = input
  const make: Readonly<Record<string, () => Result>> = {
    object: () => jsonValue(input.object),
    oldObject: () => jsonValue(input.oldObject),
    namespaceObject: () => jsonValue(input.namespace),
    request: () => jsonValue(input.request),
    authorizer: () => new AuthorizerValue(checker),
    'authorizer.requestResource': () => new ResourceCheckValue(checker, target),
  }
  const made = new Map<string, Result>()
  return (name) => {
    if (!Object.hasOwn(make, name)) return more?.(name)
    const known = made.get(name)
    if (known !== undefined) return known
    const value = make[name]?.() ?? null
    made.set(name, value)
    return value
  }
}
