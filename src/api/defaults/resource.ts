/** Claims for devices. */
import type { ExactDeviceRequest } from '../generated/types.ts'
import { type DefaultFunctions, orElse } from './default-function.ts'

const defaultRequest = (request: Pick<ExactDeviceRequest, 'allocationMode' | 'count'>) => {
  orElse(request, 'allocationMode', 'ExactCount')
  if (request.allocationMode === 'ExactCount') orElse(request, 'count', 1)
}

export const resourceDefaults: DefaultFunctions = {
  'io.k8s.api.resource.v1.ExactDeviceRequest': defaultRequest,
  'io.k8s.api.resource.v1.DeviceSubRequest': defaultRequest,
}
