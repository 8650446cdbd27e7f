/** Gateway API v1 kinds as far as Naru implements them. Field names: gateway.networking.k8s.io/v1, Gateway API v1.3. */
import type { Condition, LabelSelector } from './generated/types.ts'
import type { KubeObject } from './object.ts'
import type { Resource } from './resource.ts'

export interface GatewayClass extends KubeObject {
  spec: { controllerName: string; description?: string | undefined }
  status?: { conditions?: Condition[] | undefined } | undefined
}

export interface GatewayListener {
  name: string
  port: number
  protocol: string
  hostname?: string | undefined
  allowedRoutes?:
    | { namespaces?: { from?: string | undefined; selector?: LabelSelector | undefined } | undefined }
    | undefined
  tls?: GatewayTLSConfig | undefined
}

export interface GatewayTLSConfig {
  /** Default `Terminate`. */
  mode?: string | undefined
  certificateRefs?: SecretObjectReference[] | undefined
  options?: Record<string, string> | undefined
}

export interface SecretObjectReference {
  /** Default: the core group. */
  group?: string | undefined
  /** Default `Secret`. */
  kind?: string | undefined
  name: string
  namespace?: string | undefined
}

/** Lets objects of other namespaces refer to objects of its own. `v1beta1` in Gateway API v1.3. */
export interface ReferenceGrant extends KubeObject {
  spec: {
    from: { group: string; kind: string; namespace: string }[]
    /** Without a name: all of the kind. */
    to: { group: string; kind: string; name?: string | undefined }[]
  }
}

export interface Gateway extends KubeObject {
  spec: { gatewayClassName: string; listeners: GatewayListener[] }
  status?:
    | {
        addresses?: { type?: string | undefined; value: string }[] | undefined
        conditions?: Condition[] | undefined
        listeners?:
          | {
              name: string
              attachedRoutes: number
              conditions: Condition[]
              supportedKinds: { group?: string | undefined; kind: string }[]
            }[]
          | undefined
      }
    | undefined
}

export interface ParentReference {
  group?: string | undefined
  kind?: string | undefined
  namespace?: string | undefined
  name: string
  sectionName?: string | undefined
  port?: number | undefined
}

export interface HTTPHeader {
  name: string
  value: string
}

export interface HTTPRouteMatch {
  path?: { type?: 'Exact' | 'PathPrefix' | 'RegularExpression' | undefined; value?: string | undefined } | undefined
  headers?: { type?: 'Exact' | 'RegularExpression' | undefined; name: string; value: string }[] | undefined
  queryParams?: { type?: 'Exact' | 'RegularExpression' | undefined; name: string; value: string }[] | undefined
  method?: string | undefined
}

export interface HTTPHeaderFilter {
  set?: HTTPHeader[] | undefined
  add?: HTTPHeader[] | undefined
  remove?: string[] | undefined
}

export interface HTTPPathModifier {
  type: 'ReplaceFullPath' | 'ReplacePrefixMatch'
  replaceFullPath?: string | undefined
  replacePrefixMatch?: string | undefined
}

export interface HTTPRouteFilter {
  type: string
  requestHeaderModifier?: HTTPHeaderFilter | undefined
  responseHeaderModifier?: HTTPHeaderFilter | undefined
  requestRedirect?:
    | {
        scheme?: string | undefined
        hostname?: string | undefined
        path?: HTTPPathModifier | undefined
        port?: number | undefined
        statusCode?: number | undefined
      }
    | undefined
  urlRewrite?: { hostname?: string | undefined; path?: HTTPPathModifier | undefined } | undefined
  extensionRef?: { group: string; kind: string; name: string } | undefined
}

export interface HTTPBackendRef {
  group?: string | undefined
  kind?: string | undefined
  namespace?: string | undefined
  name: string
  port?: number | undefined
  weight?: number | undefined
}

export interface HTTPRouteRule {
  name?: string | undefined
  matches?: HTTPRouteMatch[] | undefined
  filters?: HTTPRouteFilter[] | undefined
  backendRefs?: HTTPBackendRef[] | undefined
  /** Gateway API durations: `10s`, `500ms`. */
  timeouts?: { request?: string | undefined; backendRequest?: string | undefined } | undefined
}

export interface HTTPRoute extends KubeObject {
  spec: {
    parentRefs?: ParentReference[] | undefined
    hostnames?: string[] | undefined
    rules?: HTTPRouteRule[] | undefined
  }
  status?:
    | { parents: { parentRef: ParentReference; controllerName: string; conditions?: Condition[] | undefined }[] }
    | undefined
}

const common = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  categories: ['gateway-api'],
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
}
const statusOf = (kind: string) => [
  { name: 'status', group: common.group, version: common.version, kind, verbs: ['get', 'patch', 'update'] },
]

export const gatewayclasses: Resource<GatewayClass> = {
  ...common,
  kind: 'GatewayClass',
  plural: 'gatewayclasses',
  singular: 'gatewayclass',
  namespaced: false,
  shortNames: ['gc'],
  subresources: statusOf('GatewayClass'),
}
export const gateways: Resource<Gateway> = {
  ...common,
  kind: 'Gateway',
  plural: 'gateways',
  singular: 'gateway',
  namespaced: true,
  shortNames: ['gtw'],
  subresources: statusOf('Gateway'),
}
export const httproutes: Resource<HTTPRoute> = {
  ...common,
  kind: 'HTTPRoute',
  plural: 'httproutes',
  singular: 'httproute',
  namespaced: true,
  shortNames: [],
  subresources: statusOf('HTTPRoute'),
}
export const referencegrants: Resource<ReferenceGrant> = {
  ...common,
  version: 'v1beta1',
  kind: 'ReferenceGrant',
  plural: 'referencegrants',
  singular: 'referencegrant',
  namespaced: true,
  shortNames: ['refgrant'],
  subresources: [],
}
