/** What a release is bound to, as the Resources are now. Pure. */
import type { BackingResource, ResourceVariable, Release } from '../../api/index.ts'

/** A Resource that can be given to pods. */
export interface BoundResource {
  name: string
  /** The Secret with what to know of it. */
  secret: string
  /** As the pods have them. */
  variables: readonly ResourceVariable[]
  volume?: NonNullable<BackingResource['status']>['volume']
}

export interface Bindings {
  bound: readonly BoundResource[]
  /** Why pods cannot be made: a Resource is not there, or has not said what it gives. */
  missing?: string | undefined
  /** Why what is not started has to wait: the former, or a Resource that is not ready. */
  waiting?: string | undefined
}

/** `resources` are those of the App's namespace, by name. */
export function bindingsOf({ spec }: Release, resources: ReadonlyMap<string, BackingResource>): Bindings {
  const bound: BoundResource[] = []
  let missing: string | undefined
  let waiting: string | undefined
  const own = new Set(spec.configurationVariables)
  for (const { resource: name, prefix = '', variables: more = [] } of spec.bindings ?? []) {
    const resource = resources.get(name)
    const { binding, environment = [], volume } = resource?.status ?? {}
    if (binding === undefined) missing ??= whyNot(name, resource)
    else {
      const given = environment.map((variable) => ({ ...variable, name: `${prefix}${variable.name}` }))
      const variables = [...given, ...more].filter((variable) => !own.has(variable.name))
      bound.push({ name, secret: binding.name, variables, volume })
    }
    if (!isReady(resource)) waiting ??= whyNot(name, resource)
  }
  return { bound, missing, waiting }
}

const readyCondition = (resource: BackingResource | undefined) =>
  resource?.status?.conditions?.find(({ type }) => type === 'Ready')

function isReady(resource: BackingResource | undefined): boolean {
  const { observedGeneration = 0 } = resource?.status ?? {}
  const isCurrent = observedGeneration >= (resource?.metadata.generation ?? 0)
  return isCurrent && readyCondition(resource)?.status === 'True'
}

function whyNot(name: string, resource: BackingResource | undefined): string {
  if (resource === undefined) return `there is no Resource ${name}; add it, or take it out of spec.bindings`
  const { message = 'it is being made' } = readyCondition(resource) ?? {}
  return `Resource ${name} is not ready: ${message}`
}
