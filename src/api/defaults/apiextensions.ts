/** CustomResourceDefinitions: the names that follow from others. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apis/apiextensions/v1/defaults.go. */
import type { ApiextensionsServiceReference, CustomResourceDefinitionSpec } from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'

const TYPES = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'

export const apiextensionsDefaults: DefaultFunctions = {
  [`${TYPES}.CustomResourceDefinitionSpec`]: (spec: CustomResourceDefinitionSpec) => {
    const { names } = spec
    if (names?.kind) {
      orElse(names, 'singular', names.kind.toLowerCase())
      orElse(names, 'listKind', `${names.kind}List`)
    }
    ifMissing(spec, 'conversion', { strategy: 'None' })
    // A false that is as good as nothing is not kept.
    if (spec.preserveUnknownFields === false) delete spec.preserveUnknownFields
  },
  [`${TYPES}.ServiceReference`]: (service: ApiextensionsServiceReference) => ifMissing(service, 'port', 443),
}
