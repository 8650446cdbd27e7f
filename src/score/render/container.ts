/** What a container of a workload is as one of a pod. */
import { compareQuantities, type k8s, parseQuantity } from '../../api/index.ts'
import type { Path } from '../path.ts'
import type { ScoreAmounts, ScoreContainer, ScoreProbe } from '../workload.ts'
import type { RenderContext } from './context.ts'
import { envOf } from './variables.ts'

export interface RenderedContainer {
  command?: string[]
  args?: string[]
  env?: k8s.EnvVar[]
  resources?: k8s.ResourceRequirements
  livenessProbe?: k8s.Probe
  readinessProbe?: k8s.Probe
  volumeMounts?: k8s.VolumeMount[]
}

export function renderContainer(
  context: RenderContext,
  container: ScoreContainer,
  { path, isOwn, mounts }: { path: Path; isOwn: boolean; mounts: k8s.VolumeMount[] },
): RenderedContainer {
  const { command, args, variables = {}, livenessProbe, readinessProbe } = container
  const env = envOf(context, variables, { path: [...path, 'variables'], isOwn })
  const resources = resourcesOf(context, container, [...path, 'resources'])
  const liveness = probeOf(context, [...path, 'livenessProbe'], livenessProbe)
  const readiness = probeOf(context, [...path, 'readinessProbe'], readinessProbe)
  return {
    ...(command && { command }),
    ...(args && { args }),
    ...(env.length > 0 && { env }),
    ...(resources && { resources }),
    ...(liveness && { livenessProbe: liveness }),
    ...(readiness && { readinessProbe: readiness }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  }
}

const AMOUNTS = ['cpu', 'memory'] as const

function resourcesOf(
  context: RenderContext,
  { resources: { limits, requests } = {} }: ScoreContainer,
  path: Path,
): k8s.ResourceRequirements | undefined {
  for (const name of AMOUNTS) {
    const [least, most] = [amountOf(requests?.[name]), amountOf(limits?.[name])]
    if (least === undefined || most === undefined) continue
    if (compareQuantities(parseQuantity(least), parseQuantity(most)) > 0)
      context.complain([...path, 'requests', name], `is more than its limit, ${limits?.[name] ?? most}`)
  }
  const amounts = { ...(limits && { limits: amountsOf(limits) }), ...(requests && { requests: amountsOf(requests) }) }
  return Object.values(amounts).some((list) => Object.keys(list).length > 0) ? amounts : undefined
}

const amountsOf = (amounts: ScoreAmounts): Record<string, string> =>
  Object.fromEntries(
    AMOUNTS.flatMap((name) => {
      const amount = amountOf(amounts[name])
      return amount === undefined ? [] : [[name, amount]]
    }),
  )

/** Score's thousand is a `K`, that of Kubernetes a `k`. */
const amountOf = (amount: string | undefined): string | undefined => amount?.replace(/K$/, 'k')

const NO_UNDERSCORE = 'has a "_" in it, which Kubernetes lets no header of a probe have'

/** Of the two ways to ask, Score prefers the command. A host is what the request names, not where it goes: probes are of
 *  the pod. */
function probeOf(context: RenderContext, path: Path, { exec, httpGet }: ScoreProbe = {}): k8s.Probe | undefined {
  if (exec !== undefined) return { exec: { command: exec.command } }
  if (httpGet === undefined) return undefined
  const { host, scheme, port, httpHeaders = [] } = httpGet
  httpHeaders.forEach(({ name }, index) => {
    if (name.includes('_')) context.complain([...path, 'httpGet', 'httpHeaders', index, 'name'], NO_UNDERSCORE)
  })
  const headers = [...(host === undefined ? [] : [{ name: 'Host', value: host }]), ...httpHeaders]
  return {
    httpGet: {
      path: httpGet.path,
      port,
      ...(scheme !== undefined && { scheme }),
      ...(headers.length > 0 && { httpHeaders: headers }),
    },
  }
}
