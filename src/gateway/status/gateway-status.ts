/** What a Gateway's status says. Pure. Source: Gateway API v1.3, GatewayStatus, ListenerStatus. */
import { isIP } from 'node:net'
import { gatewayApi } from '../../api/index.ts'
import { attach, parentGateway } from '../table/attach.ts'
import { type Judgement, toConditions } from './conditions.ts'

export interface GatewayObservation {
  readonly gateway: gatewayApi.Gateway
  readonly routes: readonly gatewayApi.HTTPRoute[]
  readonly className: string
  /** Where the gateway can be reached. */
  readonly addresses: readonly string[]
  readonly nowMs: number
}

export function gatewayStatus(observation: GatewayObservation): NonNullable<gatewayApi.Gateway['status']> {
  const { gateway, addresses, nowMs } = observation
  const about = { generation: gateway.metadata.generation, nowMs }
  const served = gateway.spec.listeners.filter((listener) => listener.protocol === 'HTTP')
  const listeners = gateway.spec.listeners.map((listener) => {
    const before = gateway.status?.listeners?.find(({ name }) => name === listener.name)
    return {
      name: listener.name,
      attachedRoutes: countAttached(observation, listener.name),
      supportedKinds: [{ group: gatewayApi.httproutes.group, kind: gatewayApi.httproutes.kind }],
      conditions: toConditions(judgeListener(listener), before?.conditions, about),
    }
  })
  const some = served.length > 0
  const judgements: Judgement[] = [
    judge(
      'Accepted',
      some,
      some ? 'Accepted' : 'ListenersNotValid',
      some ? 'served by naru' : 'no listener has the protocol HTTP',
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

function judgeListener(listener: gatewayApi.GatewayListener): Judgement[] {
  const http = listener.protocol === 'HTTP'
  const why = http ? '' : `the protocol ${listener.protocol} is not served; use HTTP`
  return [
    judge('Accepted', http, http ? 'Accepted' : 'UnsupportedProtocol', why),
    judge('Programmed', http, http ? 'Programmed' : 'Invalid', why),
    judge('ResolvedRefs', true, 'ResolvedRefs', ''),
  ]
}

function judge(type: string, yes: boolean, reason: string, message: string): Judgement {
  return { type, status: yes ? 'True' : 'False', reason, message }
}

function countAttached({ gateway, routes, className }: GatewayObservation, listener: string): number {
  return routes.filter((route) =>
    (route.spec.parentRefs ?? []).some((ref) => {
      if (parentGateway(ref, route, [gateway], className) === undefined) return false
      const attachment = attach(route, ref, gateway)
      return attachment.accepted && attachment.listeners.includes(listener)
    }),
  ).length
}
