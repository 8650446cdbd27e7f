/** What a Gateway's status says. Pure. Source: Gateway API v1.3, GatewayStatus, ListenerStatus. */
import { isIP } from 'node:net'
import { gatewayApi } from '../../api/index.ts'
import { attach, type LabelsOf, parentGateway, schemeOf } from '../table/attach.ts'
import type { CertificateSnapshot } from '../snapshot.ts'
import { listenerCertificates } from '../table/certificates.ts'
import { type Judgement, toConditions } from './conditions.ts'

export interface GatewayObservation extends CertificateSnapshot {
  readonly gateway: gatewayApi.Gateway
  readonly routes: readonly gatewayApi.HTTPRoute[]
  readonly className: string
  readonly labelsOf: LabelsOf
  /** Where the gateway can be reached. */
  readonly addresses: readonly string[]
  readonly nowMs: number
}

export function gatewayStatus(observation: GatewayObservation): NonNullable<gatewayApi.Gateway['status']> {
  const { gateway, addresses, nowMs } = observation
  const about = { generation: gateway.metadata.generation, nowMs }
  const served = gateway.spec.listeners.filter((listener) => isServed(observation, listener))
  const valid = served.length === gateway.spec.listeners.length
  const unserved = gateway.spec.listeners.filter((listener) => !served.includes(listener)).map(({ name }) => name)
  const listeners = gateway.spec.listeners.map((listener) => {
    const before = gateway.status?.listeners?.find(({ name }) => name === listener.name)
    return {
      name: listener.name,
      attachedRoutes: countAttached(observation, listener.name),
      supportedKinds: [{ group: gatewayApi.httproutes.group, kind: gatewayApi.httproutes.kind }],
      conditions: toConditions(judgeListener(observation, listener), before?.conditions, about),
    }
  })
  const some = served.length > 0
  const judgements: Judgement[] = [
    judge(
      'Accepted',
      some,
      valid ? 'Accepted' : 'ListenersNotValid',
      valid ? 'served by naru' : `listeners that are not served: ${unserved.join(', ')}`,
    ),
    judge(
      'Programmed',
      some,
      some ? 'Programmed' : 'Invalid',
      some ? 'routes are being served' : 'nothing can be served',
    ),
  ]
  return {
    addresses: addresses.map((value) => ({ type: isIP(value) ? 'IPAddress' : 'Hostname', value })),
    conditions: toConditions(judgements, gateway.status?.conditions, about),
    listeners,
  }
}

/** Of one with several certificates those that can be used are. */
function isServed(observation: GatewayObservation, listener: gatewayApi.GatewayListener): boolean {
  if (schemeOf(listener) === undefined) return false
  const { usable, problems } = listenerCertificates(observation, observation.gateway, listener)
  return problems.length === 0 || usable.length > 0
}

function judgeListener(observation: GatewayObservation, listener: gatewayApi.GatewayListener): Judgement[] {
  const known = schemeOf(listener) !== undefined
  const unknown = listener.protocol === 'HTTPS' ? 'the TLS mode Passthrough' : `the protocol ${listener.protocol}`
  const [problem] = listenerCertificates(observation, observation.gateway, listener).problems
  const served = isServed(observation, listener)
  const why = known ? (problem?.message ?? '') : `${unknown} is not served; use HTTP, or HTTPS that ends here`
  return [
    judge('Accepted', known, known ? 'Accepted' : 'UnsupportedProtocol', known ? '' : why),
    judge('Programmed', served, served ? 'Programmed' : 'Invalid', served ? '' : why),
    judge('ResolvedRefs', problem === undefined, problem?.reason ?? 'ResolvedRefs', problem?.message ?? ''),
  ]
}

function judge(type: string, yes: boolean, reason: string, message: string): Judgement {
  return { type, status: yes ? 'True' : 'False', reason, message }
}

function countAttached({ gateway, routes, className, labelsOf }: GatewayObservation, listener: string): number {
  return routes.filter((route) =>
    (route.spec.parentRefs ?? []).some((ref) => {
      if (parentGateway(ref, route, [gateway], className) === undefined) return false
      const attachment = attach(route, ref, gateway, labelsOf)
      return attachment.accepted && attachment.listeners.some((attached) => attached.listener.name === listener)
    }),
  ).length
}
