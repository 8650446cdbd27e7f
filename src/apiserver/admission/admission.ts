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

type Step = (request: AdmissionRequest, backend: Backend) => void | Promise<void>

/** `backend` may still be in the making: it is not touched before the first request. */
export function admissionOf(plugins: readonly AdmissionPlugin[], backend: () => Backend): Admission {
  const mutating = stepsOf(plugins, 'mutate')
  const validating = stepsOf(plugins, 'validate')
  return {
    async mutate(request) {
      if (request.context.admitted) return
      await run(mutating, request, backend())
      if (!request.reinvocation?.wanted) return
      request.reinvocation.round = 1
      await run(mutating, request, backend())
    },
    async validate(request) {
      if (!request.context.admitted) await run(validating, request, backend())
    },
  }
}

const stepsOf = (plugins: readonly AdmissionPlugin[], phase: 'mutate' | 'validate') =>
  plugins.flatMap((plugin): { plugin: AdmissionPlugin; step: Step }[] => {
    const step = plugin[phase]?.bind(plugin)
    return step === undefined ? [] : [{ plugin, step }]
  })

async function run(
  steps: readonly { plugin: AdmissionPlugin; step: Step }[],
  request: AdmissionRequest,
  backend: Backend,
): Promise<void> {
  for (const { plugin, step } of steps) {
    if (!plugin.handles(request, backend)) continue
    const done = step(request, backend)
    // Most decide at once: a turn of the event loop less for each.
    if (done !== undefined) await done
  }
}
