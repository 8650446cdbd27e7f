/** What a deploy makes of an App by its Score file. Pure. */
import {
  type App,
  type AppBinding,
  type AppProcess,
  type AppRoute,
  type AppSpec,
  WEB_PROCESS,
} from '../../api/index.ts'
import { isSameRoute, routeAt } from '../app/routes.ts'
import type { SpecPatch } from '../cluster/change-app.ts'
import { ownProbe } from '../deploy/deployed-spec.ts'

/** `deployed` is what any deploy makes of it. How many there are of each process stays, and what was added by hand: what
 *  runs by the clock; a resource that the file no longer names is bound until it is removed, as it has data. Score says
 *  one process, and whether requests are answered; a Procfile beside it can say what else runs. */
export function scoredSpec(app: App | undefined, deployed: SpecPatch, scored: AppSpec): SpecPatch {
  const { image, port, servicePorts, hosts, routes = [], bindings = [], processes = [] } = scored
  const present = app?.spec.processes ?? []
  const bound = mergedBindings(app?.spec.bindings ?? deployed.bindings ?? [], bindings)
  return {
    ...deployed,
    image,
    port: deployed.port ?? port ?? null,
    servicePorts: servicePorts ?? null,
    bindings: bound.length > 0 ? bound : null,
    processes: [
      ...processes.map((process) => {
        const { replicas, autoscaling } = present.find(({ name }) => name === process.name) ?? {}
        return {
          ...probed(process, deployed),
          ...(replicas !== undefined && { replicas }),
          ...(autoscaling && { autoscaling }),
        }
      }),
      ...(deployed.processes ?? []).filter(
        ({ name }) => name !== WEB_PROCESS && !processes.some((process) => process.name === name),
      ),
    ],
    ...(hosts && { hosts }),
    ...(routes.length > 0 && { routes: mergedRoutes(app?.spec.routes ?? [], routes) }),
  }
}

/** Where the image starts as the builder has it, its server is asked whether the app has started. */
function probed(process: AppProcess, { processes }: SpecPatch): AppProcess {
  const { command, args, readinessProbe } = process
  if (command !== undefined || args !== undefined || readinessProbe !== undefined) return process
  const planned = processes?.find(({ name }) => name === process.name)
  const probe = planned && ownProbe(planned)
  return probe === undefined ? process : { ...process, readinessProbe: probe }
}

/** Those of the file in the place of what is at the same host and path. */
const mergedRoutes = (present: readonly AppRoute[], wished: readonly AppRoute[]): AppRoute[] => [
  ...present.filter((route) => !wished.some((other) => isSameRoute(routeAt(other), routeAt(route)))),
  ...wished,
]

/** What `naru env set --from` took of one stays. */
const mergedBindings = (present: readonly AppBinding[], wished: readonly AppBinding[]): AppBinding[] => [
  ...present.filter(({ resource }) => !wished.some((binding) => binding.resource === resource)),
  ...wished.map((binding) => {
    const { variables } = present.find(({ resource }) => resource === binding.resource) ?? {}
    return { ...binding, ...(variables && { variables }) }
  }),
]
