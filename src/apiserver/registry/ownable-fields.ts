/** Which fields a write to an object or to one of its subresources can set, and so own: the kind's strategy resets the
 *  others. Source: k8s.io/kubernetes v1.34, the GetResetFields of pkg/registry; likewise apiextensions-apiserver and
 *  kube-aggregator v0.34. */
import { qualifiedName, type Resource } from '../../api/index.ts'
import { type FieldFilter, recursiveDifference, setOfPaths } from '../../api/machinery.ts'

const without = (...paths: readonly (readonly string[])[]): FieldFilter => {
  const reset = setOfPaths(...paths)
  return (set) => recursiveDifference(set, reset)
}

const STATUS = ['f:status']
const SPEC = ['f:spec']
const METADATA = ['f:metadata']

const everything: FieldFilter = (set) => set
const notStatus = without(STATUS)
const notSpec = without(SPEC)
const onlyStatus = without(SPEC, METADATA)

type Filters = Readonly<Record<string, FieldFilter>>

const WHOLE_METADATA: Filters = { '': notStatus, status: onlyStatus }

/** By subresource; what is not named here is as for other kinds. */
const OWN: Readonly<Record<string, Filters>> = {
  pods: {
    status: without(SPEC, ['f:metadata', 'f:deletionTimestamp'], ['f:metadata', 'f:ownerReferences']),
  },
  namespaces: { finalize: notStatus },
  'deployments.apps': { status: without(SPEC, ['f:metadata', 'f:labels']) },
  'certificatesigningrequests.certificates.k8s.io': {
    '': without(SPEC, STATUS),
    status: without(SPEC, ['f:status', 'f:conditions']),
    approval: without(SPEC, ['f:status', 'f:certificate']),
  },
  'validatingadmissionpolicies.admissionregistration.k8s.io': WHOLE_METADATA,
  'flowschemas.flowcontrol.apiserver.k8s.io': WHOLE_METADATA,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': WHOLE_METADATA,
  'volumeattachments.storage.k8s.io': WHOLE_METADATA,
  'customresourcedefinitions.apiextensions.k8s.io': WHOLE_METADATA,
  'apiservices.apiregistration.k8s.io': WHOLE_METADATA,
  // Its sets are kept under a group that does not exist there, and so have no effect.
  'servicecidrs.networking.k8s.io': { '': everything, status: everything },
}

export function ownableFields(resource: Resource, subresource: string): FieldFilter {
  const own = OWN[qualifiedName(resource)]?.[subresource]
  if (own !== undefined) return own
  if (subresource === 'status') return notSpec
  if (subresource !== '') return everything
  return resource.subresources.some(({ name }) => name === 'status') ? notStatus : everything
}
