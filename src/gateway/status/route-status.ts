/** What an HTTPRoute's status says. Pure. Source: Gateway API v1.3, RouteParentStatus and its condition reasons. */
import { isDeepStrictEqual } from 'node:util'
import { type gatewayApi, HOST_TAKEN } from '../../api/index.ts'
import { attach, type LabelsOf, parentGateway } from '../table/attach.ts'
import type { IsServed } from '../table/host-claims.ts'
import { referenceProblem, routeProblems } from '../table/route-rules.ts'
import { type Judgement, toConditions } from './conditions.ts'

export interface RouteObservation {
  readonly route: gatewayApi.HTTPRoute
  readonly gateways: readonly gatewayApi.Gateway[]
  readonly className: string
  readonly labelsOf: LabelsOf
  readonly controllerName: string
  /** Which hosts are the namespace's. */
  readonly isServed: IsServed
  readonly grants: readonly gatewayApi.ReferenceGrant[]
  readonly serviceExists: (namespace: string, name: string) => boolean
  readonly nowMs: number
}

type Parents = NonNullable<gatewayApi.HTTPRoute['status']>['parents']

/** The wished `status.parents`: ours as they should be, those of other controllers as they are. */
export function routeParents(observation: RouteObservation): Parents {
  const { route, gateways, className, controllerName, nowMs } = observation
  const present = route.status?.parents ?? []
  const others = present.filter((parent) => parent.controllerName !== controllerName)
  const ours = (route.spec.parentRefs ?? []).flatMap((parentRef) => {
    const gateway = parentGateway(parentRef, route, gateways, className)
    if (gateway === undefined) return []
    const before = present.find(
      (parent) => parent.controllerName === controllerName && isDeepStrictEqual(parent.parentRef, parentRef),
    )
    const judgements = [judgeAttachment(observation, parentRef, gateway), judgeReferences(observation)]
    const about = { generation: route.metadata.generation, nowMs }
    return [{ parentRef, controllerName, conditions: toConditions(judgements, before?.conditions, about) }]
  })
  return [...others, ...ours]
}

function judgeAttachment(
  { route, isServed, labelsOf }: RouteObservation,
  ref: gatewayApi.ParentReference,
  gateway: gatewayApi.Gateway,
): Judgement {
  const type = 'Accepted'
  const attachment = attach(route, ref, gateway, labelsOf)
  if (!attachment.accepted) return { type, status: 'False', reason: attachment.reason, message: attachment.message }
  const [problem] = routeProblems(route)
  if (problem !== undefined) return { type, status: 'False', reason: 'UnsupportedValue', message: problem }
  const hosts = [...new Set(attachment.listeners.flatMap((attached) => attached.hosts))]
  const taken = hosts.filter((host) => !isServed(host, route.metadata.namespace))
  if (taken.length === 0) return { type, status: 'True', reason: 'Accepted', message: 'the gateway serves this route' }
  const message = `not at ${taken.join(', ')}, which routes of another namespace have`
  // The Gateway API lets implementations have reasons of their own.
  return taken.length === hosts.length
    ? { type, status: 'False', reason: HOST_TAKEN, message }
    : { type, status: 'True', reason: 'Accepted', message: `the gateway serves this route, but ${message}` }
}

function judgeReferences({ route, grants, serviceExists }: RouteObservation): Judgement {
  const type = 'ResolvedRefs'
  const namespace = route.metadata.namespace ?? 'default'
  const no = (reason: string, message: string): Judgement => ({ type, status: 'False', reason, message })
  for (const ref of (route.spec.rules ?? []).flatMap((rule) => rule.backendRefs ?? [])) {
    const problem = referenceProblem(grants, namespace, ref)
    if (problem !== undefined) return no(problem.reason, problem.message)
    if (!serviceExists(ref.namespace ?? namespace, ref.name))
      return no('BackendNotFound', `the service ${ref.name} does not exist`)
  }
  return { type, status: 'True', reason: 'ResolvedRefs', message: 'every backend exists' }
}
