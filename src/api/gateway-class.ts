/** Which Gateways and Ingresses Naru's own gateway is for: others can be installed beside it. Pure. */
import type { Gateway } from './gateway-types.ts'
import type { Ingress } from './generated/types.ts'

/** The GatewayClass, and what Ingresses call it. */
export const GATEWAY_CLASS = 'naru'
const INGRESS_CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

/** Whether the Ingress names the class, or none at all. */
export function isIngressOf({ metadata, spec }: Ingress, className: string): boolean {
  const named = spec?.ingressClassName ?? metadata.annotations?.[INGRESS_CLASS_ANNOTATION]
  return named === undefined || named === className
}

export const isGatewayOf = ({ spec }: Gateway, className: string): boolean => spec.gatewayClassName === className
