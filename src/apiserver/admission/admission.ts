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
    mutate(request) {
      if (request.context.admitted) return
      const again = () => {
        if (!request.reinvocation?.wanted) return
        request.reinvocation.round = 1
        return run(mutating, request, backend())
      }
      const done = run(mutating, request, backend())
      return done === undefined ? again() : done.then(again)
    },
    validate(request) {
      if (!request.context.admitted) return run(validating, request, backend())
    },
  }
}

const stepsOf = (plugins: readonly AdmissionPlugin[], phase: 'mutate' | 'validate') =>
  plugins.flatMap((plugin): { plugin: AdmissionPlugin; step: Step }[] => {
    const step = plugin[phase]?.bind(plugin)
    return step === undefined ? [] : [{ plugin, step }]
  })

type Steps = readonly { plugin: AdmissionPlugin; step: Step }[]

/** Most plugins decide at once, and most requests meet none that does not: no turn of the event loop for those. */
function run(steps: Steps, request: AdmissionRequest, backend: Backend): void | Promise<void> {
  for (let i = 0; i < steps.length; i++) {
    const { plugin, step } = steps[i] as Steps[number]
    if (!plugin.handles(request, backend)) continue
    const done = step(request, backend)
    if (done !== undefined) return done.then(() => run(steps.slice(i + 1), request, backend))
  }
}
