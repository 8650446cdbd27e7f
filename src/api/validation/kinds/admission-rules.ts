/** Rules of webhooks and admission policies: which requests they are about. And the clients of webhooks.
 *  Source: kubernetes v1.34, pkg/apis/admissionregistration/validation; k8s.io/apiserver v0.34, pkg/util/webhook. */
import { dnsSubdomainProblems, portNumberProblems } from '../../formats/index.ts'
import type { RuleWithOperations, WebhookClientConfig } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const SCOPES = ['*', 'Cluster', 'Namespaced']

export function validateAdmissionRule(rule: RuleWithOperations, path: string): FieldError[] {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule
  const errors: FieldError[] = [
    ...listed(operations, `${path}.operations`, 'operations'),
    ...operations.flatMap((one, i) =>
      OPERATIONS.includes(one) ? [] : [notSupported(`${path}.operations[${i}]`, one, OPERATIONS)],
    ),
    ...listed(apiGroups, `${path}.apiGroups`, 'API groups'),
    ...listed(apiVersions, `${path}.apiVersions`, 'API versions'),
    ...apiVersions.flatMap((one, i) => (one === '' ? [required(`${path}.apiVersions[${i}]`)] : [])),
    ...validateRuleResources(resources, `${path}.resources`),
  ]
  if (scope !== undefined && !SCOPES.includes(scope)) errors.push(notSupported(`${path}.scope`, scope, SCOPES))
  return errors
}

function listed(items: readonly string[], path: string, what: string): FieldError[] {
  if (items.length === 0) return [required(path)]
  if (items.length === 1 || !items.includes('*')) return []
  return [invalidValue(path, items, `if '*' is present, must not specify other ${what}`)]
}

function validateRuleResources(resources: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = resources.length === 0 ? [required(path)] : []
  const [allOf, everywhere] = [new Set<string>(), new Set<string>()]
  let last = ''
  resources.forEach((one, i) => {
    if (one === '') return void errors.push(required(`${path}[${i}]`))
    const slash = one.indexOf('/')
    if (slash === -1) return void (last = one)
    const [resource, sub] = [one.slice(0, slash), one.slice(slash + 1)]
    const clash = (pattern: string) =>
      errors.push(invalidValue(`${path}[${i}]`, one, `if '${pattern}' is present, must not specify ${one}`))
    if (allOf.has(resource)) clash(`${resource}/*`)
    if (everywhere.has(sub)) clash(`*/${sub}`)
    if (sub === '*') allOf.add(resource)
    if (resource === '*') everywhere.add(sub)
  })
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalidValue(path, resources, "if '*/*' is present, must not specify other resources"))
  // Only the last resource without a subresource counts, as in Kubernetes.
  if (resources.includes('*') && last !== '' && last !== '*')
    errors.push(
      invalidValue(path, resources, "if '*' is present, must not specify other resources without subresources"),
    )
  return errors
}

export function validateClientConfig(config: WebhookClientConfig, path: string): FieldError[] {
  const { url, service } = config
  if ((url === undefined) === (service === undefined))
    return [required(path, 'exactly one of url or service is required')]
  if (url !== undefined) return validateUrl(url, `${path}.url`)
  const at = `${path}.service`
  const { name, namespace, port = 443 } = service ?? { name: '', namespace: '' }
  const portProblems = portNumberProblems(port)
  return [
    // Kubernetes takes the one for the other.
    ...(namespace === '' ? [required(`${at}.name`)] : []),
    ...(name === '' ? [required(`${at}.namespace`)] : []),
    ...(portProblems.length > 0
      ? [invalidValue(`${at}.port`, port, `port is not valid: ${portProblems.join(', ')}`)]
      : []),
    ...validatePath(service?.path, `${at}.path`),
  ]
}

/** Control characters, escapes that are none, and a colon where a scheme would end. Source: Go, net/url. */
const NO_URL = /\p{Cc}|%(?![\da-f]{2})|^(?![a-z][a-z\d+.-]*:)[^/?#]*:/iu
const FORM = '; desired format: https://host[/path]'

function validateUrl(text: string, path: string): FieldError[] {
  if (NO_URL.test(text)) return [required(path, `url must be a valid URL${FORM}`)]
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? ''
  const errors: FieldError[] = []
  // What Go takes for a path.
  const url = URL.canParse(text) ? new URL(text) : { host: '', username: '', password: '', hash: '', search: '' }
  if (scheme !== 'https') errors.push(invalidValue(path, scheme, `'https' is the only allowed URL scheme${FORM}`))
  if (url.host === '') errors.push(invalidValue(path, '', `host must be specified${FORM}`))
  if (url.username !== '' || url.password !== '')
    errors.push(invalidValue(path, url.username, 'user information is not permitted in the URL'))
  if (url.hash !== '') errors.push(invalidValue(path, url.hash.slice(1), 'fragments are not permitted in the URL'))
  if (url.search !== '')
    errors.push(invalidValue(path, url.search.slice(1), 'query parameters are not permitted in the URL'))
  return errors
}

function validatePath(value: string | undefined, path: string): FieldError[] {
  if (value === undefined || value === '' || value === '/') return []
  if (value === '//') return [invalidValue(path, value, 'segment[0] may not be empty')]
  const start = value.startsWith('/') ? [] : [invalidValue(path, value, "must start with a '/'")]
  const steps = value.slice(1).replace(/\/$/, '').split('/')
  return [
    ...start,
    ...steps.flatMap((step, i) =>
      step === ''
        ? [invalidValue(path, value, `segment[${i}] may not be empty`)]
        : invalidFormat(
            path,
            value,
            dnsSubdomainProblems(step).map((problem) => `segment[${i}]: ${problem}`),
          ),
    ),
  ]
}
