/** Admission: what may change or refuse a write after it is known who writes and before it is stored.
 *  Source of the order: k8s.io/apiserver v0.34, pkg/admission (mutating plugins, then validating ones). */
import type { Backend } from '../server/context.ts'
import type { Admission, AdmissionRequest } from './admission-request.ts'

export type { AdmissionRequest, Operation } from './admission-request.ts'

/** A plugin refuses by throwing an ApiError. */
export interface AdmissionPlugin {
  name: string
  /** Whether the plugin has anything to say on such requests. Cheap: asked for every write. */
  handles(request: AdmissionRequest, backend: Backend): boolean
  mutate?(request: AdmissionRequest, backend: Backend): void | Promise<void>
  validate?(request: AdmissionRequest, backend: Backend): void | Promise<void>
}

/** `backend` may still be in the making: it is not touched before the first request. */
export function admissionOf(plugins: readonly AdmissionPlugin[], backend: () => Backend): Admission {
  const mutating = plugins.filter((plugin) => plugin.mutate !== undefined)
  const validating = plugins.filter((plugin) => plugin.validate !== undefined)
  return {
    async mutate(request) {
      if (request.context.admitted) return
      const round = async () => {
        for (const plugin of mutating) if (plugin.handles(request, backend())) await plugin.mutate?.(request, backend())
      }
      await round()
      if (!request.reinvocation?.wanted) return
      request.reinvocation.round = 1
      await round()
    },
    async validate(request) {
      if (request.context.admitted) return
      for (const plugin of validating)
        if (plugin.handles(request, backend())) await plugin.validate?.(request, backend())
    },
  }
}
