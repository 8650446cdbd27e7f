/** The model of a kind that is built in: its schema, defaults and rules are data of src/api. */
import { apiVersionOf, type Resource } from '../../api/index.ts'
import { applyDefaults, decodeObject, schemaFor, typeOfSchema, validateObject } from '../../api/machinery.ts'
import { strategyFor } from '../registry/strategies/index.ts'
import { isBuiltinGroup } from './builtin-groups.ts'
import { sharedStorage, sharedVersions } from './shared-storage.ts'
import type { KindModel } from './kind-model.ts'

/** Source: k8s.io/api v0.34, zz_generated.prerelease-lifecycle.go; of the versions that are served. */
const DEPRECATED: Readonly<Record<string, string>> = {
  'v1 ComponentStatus': 'v1 ComponentStatus is deprecated in v1.19+',
  'v1 Endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
}

function deprecated(resource: Resource): Pick<KindModel, 'warnings'> {
  const text = DEPRECATED[`${apiVersionOf(resource)} ${resource.kind}`]
  return text === undefined ? {} : { warnings: [text] }
}

export function builtinModel(resource: Resource): KindModel {
  const { group, plural, kind } = resource
  const versions = sharedVersions(resource)
  return {
    strategy: strategyFor(resource),
    decode: (value, options) => decodeObject(resource, value, options),
    applyDefaults: (object) => applyDefaults(resource, object),
    validate: (object, old, part, warn) => validateObject(resource, object, old, { part, warn }),
    strategicMerge: isBuiltinGroup(group),
    // Made when it is first needed: most kinds are never written.
    get type() {
      return typeOfSchema(schemaFor(resource))
    },
    ...(versions && { versions }),
    ...deprecated(resource),
    ...(sharedStorage(resource) ?? { storage: { group, plural, apiVersion: apiVersionOf(resource), kind } }),
  }
}
