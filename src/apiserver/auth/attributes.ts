/** What is asked of an authorizer: a verb on a resource, or on a path that names none.
 *  Source: k8s.io/apiserver v0.34, pkg/authorization/authorizer and endpoints/filters (`GetAuthorizerAttributes`). */
import {
  type FieldRequirement,
  type LabelRequirement,
  parseFieldSelector,
  parseLabelSelector,
} from '../../api/index.ts'
import type { RequestInfo } from '../routing/request-info.ts'

export interface Attributes {
  verb: string
  /** Set for requests on resources. */
  resource?: { group: string; resource: string; subresource?: string | undefined }
  /** Absent or empty: all namespaces, or a resource that has none. */
  namespace?: string | undefined
  /** Absent or empty: a collection, or an object that is still to be named. */
  name?: string | undefined
  /** Set for requests on other paths. */
  path?: string
  /** What limits a list, a watch or a deletion of many. Absent when there is none or it does not parse: the handler
   *  says so, and the right asked for is then that to all objects. */
  fieldSelector?: readonly FieldRequirement[]
  labelSelector?: readonly LabelRequirement[]
}

const VERBS_WITH_SELECTORS = new Set(['list', 'watch', 'deletecollection'])

/** The attributes of a request as its URL tells them; the body has no say in them. */
export function attributesOf(info: RequestInfo): Attributes {
  const { target, verb, path, query } = info
  if (target === undefined) return { verb, path }
  const attributes: Attributes = {
    verb,
    resource: { group: target.group, resource: target.resource, subresource: firstSegment(target.subresource) },
    namespace: target.resource === 'namespaces' ? (target.name ?? '') : target.namespace,
    name: target.name,
  }
  if (!VERBS_WITH_SELECTORS.has(verb)) return attributes
  const fields = query.get('fieldSelector')
  const labels = query.get('labelSelector')
  if (fields) addFieldSelector(attributes, fields)
  if (labels) attributes.labelSelector = parsed(parseLabelSelector, labels)
  return attributes
}

/** A list or watch of the one object that a field selector names asks for a right to that object only. */
function addFieldSelector(attributes: Attributes, text: string): void {
  const requirements = parsed(parseFieldSelector, text)
  attributes.fieldSelector = requirements
  if (attributes.verb === 'deletecollection') return
  const name = requirements.find(({ field, operator }) => field === 'metadata.name' && operator === '=')?.value
  if (name && isPathSegment(name)) attributes.name = name
}

function parsed<T>(parse: (text: string) => T[], text: string): T[] {
  try {
    return parse(text)
  } catch {
    return []
  }
}

/** `proxy/some/path` is a request on `proxy`. */
const firstSegment = (subresource: string | undefined) => subresource?.split('/', 1)[0]
const isPathSegment = (name: string) => name !== '.' && name !== '..' && !/[/%]/.test(name)
