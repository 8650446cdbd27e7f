/** Schemas of the Gateway API kinds Naru serves. Fields and defaults: gateway.networking.k8s.io/v1, Gateway API v1.3. */
import {
  CONDITIONS,
  INT32,
  INT64,
  keyedList,
  list,
  map,
  OBJECT_FIELDS,
  object,
  required,
  STRING,
  withDefault,
} from './fields.ts'
import type { FieldSchema, ObjectSchema, SchemaSet } from './schema.ts'

const GROUP = 'gateway.networking.k8s.io'
const schema = (name: string, fields: Record<string, FieldSchema>): ObjectSchema => ({
  id: `io.k8s.networking.gateway.v1.${name}`,
  fields,
})
const kind = (name: string, fields: Record<string, FieldSchema>): ObjectSchema => ({
  ...schema(name, { ...OBJECT_FIELDS, ...fields }),
  kinds: [`${GROUP}/v1/${name}`],
})

const waiting = (type: string) => ({
  lastTransitionTime: '1970-01-01T00:00:00Z',
  message: 'Waiting for controller',
  reason: 'Pending',
  status: 'Unknown',
  type,
})
const parentRef = {
  group: withDefault(STRING, GROUP),
  kind: withDefault(STRING, 'Gateway'),
  namespace: STRING,
  name: required(STRING),
  sectionName: STRING,
  port: INT32,
}
const serviceRef = {
  group: withDefault(STRING, ''),
  kind: withDefault(STRING, 'Service'),
  name: required(STRING),
  namespace: STRING,
  port: INT32,
}
const localRef = { group: required(STRING), kind: required(STRING), name: required(STRING) }
const comparison = { type: withDefault(STRING, 'Exact'), name: required(STRING), value: required(STRING) }
const EVERYTHING = { path: { type: 'PathPrefix', value: '/' } }

export const gatewaySchemas: SchemaSet = {
  GatewayClass: kind('GatewayClass', {
    spec: required(object('GatewayClassSpec')),
    status: withDefault(object('GatewayClassStatus'), { conditions: [waiting('Accepted')] }),
  }),
  GatewayClassSpec: schema('GatewayClassSpec', {
    controllerName: required(STRING),
    description: STRING,
    parametersRef: object('GatewayParametersReference'),
  }),
  GatewayParametersReference: schema('ParametersReference', { ...localRef, namespace: STRING }),
  GatewayClassStatus: schema('GatewayClassStatus', { conditions: CONDITIONS }),
  Gateway: kind('Gateway', {
    spec: required(object('GatewaySpec')),
    status: withDefault(object('GatewayStatus'), { conditions: [waiting('Accepted'), waiting('Programmed')] }),
  }),
  GatewaySpec: schema('GatewaySpec', {
    gatewayClassName: required(STRING),
    listeners: required(keyedList(object('GatewayListener'), 'name')),
    addresses: list(object('GatewaySpecAddress')),
    infrastructure: object('GatewayInfrastructure'),
  }),
  GatewaySpecAddress: schema('GatewaySpecAddress', { type: withDefault(STRING, 'IPAddress'), value: STRING }),
  GatewayInfrastructure: schema('GatewayInfrastructure', {
    annotations: map(STRING),
    labels: map(STRING),
    parametersRef: object('GatewayLocalObjectReference'),
  }),
  GatewayLocalObjectReference: schema('LocalObjectReference', localRef),
  GatewayListener: schema('Listener', {
    name: required(STRING),
    port: required(INT32),
    protocol: required(STRING),
    hostname: STRING,
    allowedRoutes: withDefault(object('GatewayAllowedRoutes'), { namespaces: { from: 'Same' } }),
    tls: object('GatewayTLSConfig'),
  }),
  GatewayAllowedRoutes: schema('AllowedRoutes', {
    kinds: list(object('GatewayRouteGroupKind')),
    namespaces: withDefault(object('GatewayRouteNamespaces'), { from: 'Same' }),
  }),
  GatewayRouteGroupKind: schema('RouteGroupKind', { group: withDefault(STRING, GROUP), kind: required(STRING) }),
  GatewayRouteNamespaces: schema('RouteNamespaces', {
    from: withDefault(STRING, 'Same'),
    selector: object('LabelSelector'),
  }),
  GatewayTLSConfig: schema('GatewayTLSConfig', {
    certificateRefs: list(object('GatewaySecretReference')),
    mode: withDefault(STRING, 'Terminate'),
    options: map(STRING),
  }),
  GatewaySecretReference: schema('SecretObjectReference', {
    group: withDefault(STRING, ''),
    kind: withDefault(STRING, 'Secret'),
    name: required(STRING),
    namespace: STRING,
  }),
  GatewayStatus: schema('GatewayStatus', {
    addresses: list(object('GatewayStatusAddress')),
    conditions: CONDITIONS,
    listeners: keyedList(object('GatewayListenerStatus'), 'name'),
  }),
  GatewayStatusAddress: schema('GatewayStatusAddress', {
    type: withDefault(STRING, 'IPAddress'),
    value: required(STRING),
  }),
  GatewayListenerStatus: schema('ListenerStatus', {
    name: required(STRING),
    attachedRoutes: required(INT32),
    conditions: required(CONDITIONS),
    supportedKinds: required(list(object('GatewayRouteGroupKind'))),
  }),
  HTTPRoute: kind('HTTPRoute', { spec: required(object('HTTPRouteSpec')), status: object('HTTPRouteStatus') }),
  HTTPRouteSpec: schema('HTTPRouteSpec', {
    parentRefs: list(object('GatewayParentReference')),
    hostnames: list(STRING),
    rules: withDefault(list(object('HTTPRouteRule')), [{ matches: [EVERYTHING] }]),
  }),
  GatewayParentReference: schema('ParentReference', parentRef),
  HTTPRouteRule: schema('HTTPRouteRule', {
    name: STRING,
    matches: withDefault(list(object('HTTPRouteMatch')), [EVERYTHING]),
    filters: list(object('HTTPRouteFilter')),
    backendRefs: list(object('HTTPBackendRef')),
    timeouts: object('HTTPRouteTimeouts'),
  }),
  HTTPRouteTimeouts: schema('HTTPRouteTimeouts', { request: STRING, backendRequest: STRING }),
  HTTPRouteMatch: schema('HTTPRouteMatch', {
    path: withDefault(object('HTTPPathMatch'), EVERYTHING.path),
    headers: keyedList(object('HTTPHeaderMatch'), 'name'),
    queryParams: keyedList(object('HTTPQueryParamMatch'), 'name'),
    method: STRING,
  }),
  HTTPPathMatch: schema('HTTPPathMatch', { type: withDefault(STRING, 'PathPrefix'), value: withDefault(STRING, '/') }),
  HTTPHeaderMatch: schema('HTTPHeaderMatch', comparison),
  HTTPQueryParamMatch: schema('HTTPQueryParamMatch', comparison),
  HTTPRouteFilter: schema('HTTPRouteFilter', {
    type: required(STRING),
    requestHeaderModifier: object('HTTPHeaderFilter'),
    responseHeaderModifier: object('HTTPHeaderFilter'),
    requestMirror: object('HTTPRequestMirrorFilter'),
    requestRedirect: object('HTTPRequestRedirectFilter'),
    urlRewrite: object('HTTPURLRewriteFilter'),
    extensionRef: object('GatewayLocalObjectReference'),
  }),
  HTTPHeaderFilter: schema('HTTPHeaderFilter', {
    set: keyedList(object('GatewayHTTPHeader'), 'name'),
    add: keyedList(object('GatewayHTTPHeader'), 'name'),
    remove: { type: 'list', items: STRING, listType: 'set' },
  }),
  GatewayHTTPHeader: schema('HTTPHeader', { name: required(STRING), value: required(STRING) }),
  HTTPRequestMirrorFilter: schema('HTTPRequestMirrorFilter', {
    backendRef: required(object('GatewayBackendObjectReference')),
    percent: INT32,
    fraction: object('GatewayFraction'),
  }),
  GatewayFraction: schema('Fraction', { numerator: required(INT32), denominator: withDefault(INT32, 100) }),
  GatewayBackendObjectReference: schema('BackendObjectReference', serviceRef),
  HTTPRequestRedirectFilter: schema('HTTPRequestRedirectFilter', {
    scheme: STRING,
    hostname: STRING,
    path: object('HTTPPathModifier'),
    port: INT32,
    statusCode: withDefault(INT64, 302),
  }),
  HTTPURLRewriteFilter: schema('HTTPURLRewriteFilter', { hostname: STRING, path: object('HTTPPathModifier') }),
  HTTPPathModifier: schema('HTTPPathModifier', {
    type: required(STRING),
    replaceFullPath: STRING,
    replacePrefixMatch: STRING,
  }),
  HTTPBackendRef: schema('HTTPBackendRef', {
    ...serviceRef,
    weight: withDefault(INT32, 1),
    filters: list(object('HTTPRouteFilter')),
  }),
  HTTPRouteStatus: schema('HTTPRouteStatus', { parents: required(list(object('HTTPRouteParentStatus'))) }),
  HTTPRouteParentStatus: schema('RouteParentStatus', {
    parentRef: required(object('GatewayParentReference')),
    controllerName: required(STRING),
    conditions: CONDITIONS,
  }),
  ReferenceGrant: {
    id: 'io.k8s.networking.gateway.v1beta1.ReferenceGrant',
    kinds: [`${GROUP}/v1beta1/ReferenceGrant`],
    fields: { ...OBJECT_FIELDS, spec: object('ReferenceGrantSpec') },
  },
  ReferenceGrantSpec: schema('ReferenceGrantSpec', {
    from: required(list(object('ReferenceGrantFrom'))),
    to: required(list(object('ReferenceGrantTo'))),
  }),
  ReferenceGrantFrom: schema('ReferenceGrantFrom', {
    group: required(STRING),
    kind: required(STRING),
    namespace: required(STRING),
  }),
  ReferenceGrantTo: schema('ReferenceGrantTo', { group: required(STRING), kind: required(STRING), name: STRING }),
}
