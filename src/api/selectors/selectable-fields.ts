/** The fields objects can be selected by, kind by kind.
 *  Source: kubernetes v1.34, pkg/apis/<group>/v1/conversion.go and pkg/registry/<group>/<kind>/strategy.go. */
import { getOwn, isJsonObject } from '../decode/index.ts'
import { goQuote } from '../formats/index.ts'
import type { KubeObject } from '../object.ts'
import type { Resource } from '../resource.ts'
import { apiError } from '../status.ts'

type Read = (object: KubeObject) => string

/** What is at a dotted path, as text; missing fields are `whenMissing`. */
const at =
  (path: string, whenMissing = ''): Read =>
  (object) => {
    let value: unknown = object
    for (const segment of path.split('.')) value = isJsonObject(value) ? getOwn(value, segment) : undefined
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : whenMissing
  }

const plain = (...paths: string[]): Record<string, Read> => Object.fromEntries(paths.map((path) => [path, at(path)]))
const either =
  (first: string, second: string): Read =>
  (object) =>
    at(first)(object) || at(second)(object)

const META = plain('metadata.name', 'metadata.namespace')

const involved = (prefix: string, path: string) =>
  Object.fromEntries(
    ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((field) => [
      `${prefix}.${field}`,
      at(`${path}.${field}`),
    ]),
  )

const FIELDS: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  '/Pod': {
    ...plain('spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName'),
    ...plain('status.phase', 'status.podIP', 'status.podIPs', 'status.nominatedNodeName'),
    'spec.host': at('spec.nodeName'),
    'spec.hostNetwork': at('spec.hostNetwork', 'false'),
    'status.podIPs': at('status.podIP'),
  },
  '/Node': { 'spec.unschedulable': at('spec.unschedulable', 'false') },
  '/Namespace': { ...plain('status.phase'), name: at('metadata.name') },
  '/Secret': plain('type'),
  '/Service': plain('spec.clusterIP', 'spec.type'),
  '/ReplicationController': { 'status.replicas': at('status.replicas', '0') },
  '/Event': {
    ...involved('involvedObject', 'involvedObject'),
    ...plain('reason', 'reportingComponent', 'type'),
    source: either('source.component', 'reportingComponent'),
  },
  'events.k8s.io/Event': {
    ...involved('regarding', 'regarding'),
    ...plain('reason', 'reportingController', 'type'),
  },
  'batch/Job': { 'status.successful': at('status.succeeded', '0') },
  'certificates.k8s.io/CertificateSigningRequest': plain('spec.signerName'),
  'resource.k8s.io/ResourceSlice': plain('spec.nodeName', 'spec.driver'),
}

/** What a kind that brings its own fields says of them. */
export type CustomFields = ReadonlyMap<string, Read>

/** Throws ApiError BadRequest when the kind has no such selectable field. */
export function fieldReader(resource: Pick<Resource, 'group' | 'kind'>, field: string, custom?: CustomFields): Read {
  if (custom !== undefined) return customReader(field, custom)
  const own = getOwn(FIELDS, `${resource.group}/${resource.kind}`)
  const read = getOwn(META, field) ?? (own && getOwn(own, field))
  if (read !== undefined) return read
  throw apiError(
    'BadRequest',
    own === undefined
      ? `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
      : `field label not supported: ${field}`,
  )
}

function customReader(field: string, custom: CustomFields): Read {
  const read = getOwn(META, field) ?? custom.get(field)
  if (read !== undefined) return read
  throw apiError('BadRequest', `field label not supported: ${field}`)
}
