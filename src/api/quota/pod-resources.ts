/** What the containers of a pod ask for, together: what runs at once is added up, init containers count while they run.
 *  Source: k8s.io/component-helpers v0.34, resource (PodRequests, PodLimits). */
import type { Container, PodSpec } from '../generated/types.ts'
import { addLists, maskList, maxLists, type ResourceList } from '../quantity/index.ts'

/** Resources that can be given to a pod as a whole. */
const POD_LEVEL = ['cpu', 'memory']

export const podRequests = (spec: PodSpec): Record<string, string> =>
  withOverhead(
    spec,
    podTotal(spec, ({ resources }) => resources?.requests, spec.resources?.requests),
  )

/** Overhead limits only what is limited already. */
export function podLimits(spec: PodSpec): Record<string, string> {
  const limits = podTotal(spec, ({ resources }) => resources?.limits, spec.resources?.limits)
  return withOverhead({ ...spec, overhead: maskList(spec.overhead ?? {}, Object.keys(limits)) }, limits)
}

/** Of the containers alone. */
export const containerRequests = (spec: PodSpec): Record<string, string> =>
  podTotal(spec, ({ resources }) => resources?.requests, undefined)

export const containerLimits = (spec: PodSpec): Record<string, string> =>
  podTotal(spec, ({ resources }) => resources?.limits, undefined)

type Part = (container: Container) => ResourceList | undefined

function podTotal(spec: PodSpec, part: Part, podLevel: ResourceList | undefined): Record<string, string> {
  const { containers = [], initContainers = [] } = spec as Partial<PodSpec>
  let running: ResourceList = {}
  for (const container of containers) running = addLists(running, part(container) ?? {})
  let [sidecars, starting]: ResourceList[] = [{}, {}]
  for (const container of initContainers) {
    const own = part(container) ?? {}
    if (container.restartPolicy === 'Always') {
      running = addLists(running, own)
      sidecars = addLists(sidecars ?? {}, own)
      starting = maxLists(starting ?? {}, sidecars)
    } else starting = maxLists(starting ?? {}, addLists(own, sidecars ?? {}))
  }
  return { ...maxLists(running, starting ?? {}), ...maskList(podLevel ?? {}, POD_LEVEL) }
}

const withOverhead = ({ overhead }: PodSpec, total: Record<string, string>) =>
  overhead === undefined ? total : addLists(total, overhead)
