/** The objects that routing follows from, at one moment. */
import type { gatewayApi, k8s } from '../api/index.ts'
import type { LabelsOf } from './table/attach.ts'
import type { ReadCertificate } from './table/read-tls-secret.ts'

/** What references to certificates lead to. */
export interface CertificateSnapshot {
  /** The Secret of the type kubernetes.io/tls with that `namespace/name`. */
  readonly certificate: (key: string) => ReadCertificate | undefined
  readonly grants: readonly gatewayApi.ReferenceGrant[]
}

export interface Snapshot extends CertificateSnapshot {
  readonly gateways: readonly gatewayApi.Gateway[]
  readonly routes: readonly gatewayApi.HTTPRoute[]
  readonly ingresses: readonly k8s.Ingress[]
  /** By `namespace/name`. */
  readonly service: (key: string) => k8s.Service | undefined
  /** The slices of a service, by its `namespace/name`. */
  readonly slices: (key: string) => readonly k8s.EndpointSlice[]
  readonly labelsOf: LabelsOf
  /** The GatewayClass and the IngressClass that are ours. Ingresses without a class are ours too. */
  readonly className: string
}
