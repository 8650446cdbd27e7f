/** APIServices. Source: k8s.io/kube-aggregator v0.34, pkg/apis/apiregistration/v1/defaults.go. */
import type { ApiregistrationServiceReference } from '../generated/types.ts'
import { type DefaultFunctions, ifMissing } from './default-function.ts'

export const apiServiceDefaults: DefaultFunctions = {
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference': (service: ApiregistrationServiceReference) =>
    ifMissing(service, 'port', 443),
}
