/** IngressClasses. Source: kubernetes v1.34, pkg/apis/networking/validation (ValidateIngressClass). */
import { dnsLabelProblems } from '../../formats/index.ts'
import type { IngressClass, IngressClassParametersReference } from '../../generated/types.ts'
import { validateDomainPrefixedPath } from '../domain-prefixed-path.ts'
import { type FieldError, forbidden, invalidFormat, notSupported, required, tooLong } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateTypedReference } from './typed-reference.ts'

const MAX_CONTROLLER_BYTES = 250
const SCOPES = ['Cluster', 'Namespace']

export const ingressClassRules: KindRules<IngressClass> = {
  changesFirst: true,
  validate: ({ spec }) => {
    const controller = spec?.controller ?? ''
    const errors = validateDomainPrefixedPath(controller, 'spec.controller')
    if (Buffer.byteLength(controller) > MAX_CONTROLLER_BYTES)
      errors.unshift(tooLong('spec.controller', MAX_CONTROLLER_BYTES))
    return spec?.parameters === undefined ? errors : [...errors, ...validateParameters(spec.parameters)]
  },
  validateUpdate: ({ spec }, { spec: old }) =>
    immutable(spec?.controller ?? '', old?.controller ?? '', 'spec.controller'),
}

function validateParameters(parameters: IngressClassParametersReference): FieldError[] {
  const { scope, namespace } = parameters
  const at = 'spec.parameters'
  const errors = validateTypedReference(parameters, at)
  if (scope === undefined) return [...errors, required(`${at}.scope`)]
  if (!SCOPES.includes(scope)) return [...errors, notSupported(`${at}.scope`, scope, SCOPES)]
  const path = `${at}.namespace`
  if (scope === 'Cluster')
    return namespace === undefined ? errors : [...errors, forbidden(path, "`parameters.scope` is set to 'Cluster'")]
  if (namespace === undefined) return [...errors, required(path, "`parameters.scope` is set to 'Namespace'")]
  return [...errors, ...invalidFormat(path, namespace, dnsLabelProblems(namespace))]
}
