/** The string formats of the API. Each check returns what is wrong, in Kubernetes' words; nothing when it is right.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/validation. */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
/** Names of SRV records have underscores. */
const SERVICE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const CONDITION_REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const CONFIG_KEY = '[-._a-zA-Z0-9]+'
const WILDCARD = `\\*\\.${SUBDOMAIN}`

export const maxLength = (length: number): string => `must be no more than ${length} characters`
export const between = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`

function mismatch(message: string, pattern: string, ...examples: string[]): string {
  // Kubernetes puts a comma after each, and an `or` between.
  const given = examples.map((example) => `'${example}', `).join(' or ')
  return `${message} (e.g. ${given}regex used for validation is '${pattern}')`
}

interface Format {
  pattern: string
  maxLength?: number
  message: string
  examples: readonly string[]
}

function checker(format: Format): (value: string) => string[] {
  const regex = new RegExp(`^${format.pattern}$`)
  const most = format.maxLength ?? Number.POSITIVE_INFINITY
  return (value) => {
    const problems: string[] = []
    // No character takes more than three bytes for each of its units.
    if (value.length * 3 > most && Buffer.byteLength(value) > most) problems.push(maxLength(most))
    // A pattern with nested repetition is not run on what is too long anyway.
    if (value.length > 4096 || !regex.test(value))
      problems.push(mismatch(format.message, format.pattern, ...format.examples))
    return problems
  }
}

const dnsLabel = checker({
  pattern: LABEL,
  maxLength: 63,
  message:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ['my-name', '123-abc'],
})

const SUBDOMAIN_REGEX = new RegExp(`^${SUBDOMAIN}$`)

export function dnsLabelProblems(value: string): string[] {
  const problems = dnsLabel(value)
  // What is a subdomain and no label has dots, or is too long.
  if (problems.length === 0 || value.length > 4096 || !value.includes('.') || !SUBDOMAIN_REGEX.test(value))
    return problems
  return [...problems.slice(0, -1), 'must not contain dots']
}

export const dnsSubdomainProblems = checker({
  pattern: SUBDOMAIN,
  maxLength: 253,
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
})

/** Domains below which services are found: as subdomains, with underscores. */
export const serviceDomainProblems = checker({
  pattern: `${SERVICE_LABEL}(\\.${SERVICE_LABEL})*`,
  maxLength: 253,
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
})

export const dns1035LabelProblems = checker({
  pattern: LABEL_1035,
  maxLength: 63,
  message:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: ['my-name', 'abc-123'],
})

export const wildcardSubdomainProblems = checker({
  pattern: WILDCARD,
  maxLength: 253,
  message:
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  examples: ['*.example.com'],
})

export const labelValueProblems = checker({
  pattern: `(${QUALIFIED})?`,
  maxLength: 63,
  message:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ['MyValue', 'my_value', '12345'],
})

const qualifiedNamePart = checker({
  pattern: QUALIFIED,
  maxLength: 63,
  message:
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ['MyName', 'my.name', '123-abc'],
})

/** `name` or `prefix/name`: label keys, annotation keys, resource names, finalizers. */
export function qualifiedNameProblems(value: string): string[] {
  const parts = value.split('/')
  const name = parts.at(-1) ?? ''
  if (parts.length > 2)
    return [
      `a qualified name ${qualifiedNamePart(' ')[0]} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const problems: string[] = []
  if (parts.length === 2) {
    const prefix = parts[0] ?? ''
    if (prefix === '') problems.push('prefix part must be non-empty')
    else problems.push(...dnsSubdomainProblems(prefix).map((problem) => `prefix part ${problem}`))
  }
  if (name === '') problems.push('name part must be non-empty')
  problems.push(...qualifiedNamePart(name).map((problem) => `name part ${problem}`))
  return problems
}

export const conditionReasonProblems = checker({
  pattern: CONDITION_REASON,
  message:
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  examples: ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'],
})

const configKey = checker({
  pattern: CONFIG_KEY,
  maxLength: 253,
  message: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  examples: ['key.name', 'KEY_NAME', 'key-name'],
})

/** Keys of ConfigMaps and Secrets, which become file names. */
export function configKeyProblems(value: string): string[] {
  const problems = configKey(value)
  problems.push(...relativePathProblems(value))
  return problems
}

function relativePathProblems(value: string): string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`]
  return value.startsWith('..') ? [`must not start with '..'`] : []
}

/** Any printable ASCII but `=`. */
export function envNameProblems(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty']
  if (/^[ -<>-~]+$/.test(value)) return []
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

export function portNumberProblems(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : [between(1, 65535)]
}

/** IANA service names. */
export function portNameProblems(name: string): string[] {
  const problems: string[] = []
  if (name.length > 15) problems.push(maxLength(15))
  if (!/^[-a-z0-9]+$/.test(name))
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)')
  if (name.includes('--')) problems.push('must not contain consecutive hyphens')
  if (name !== '' && (name.startsWith('-') || name.endsWith('-'))) problems.push('must not begin or end with a hyphen')
  return problems
}

/** What may be one segment of a URL path: names of RBAC objects and such. */
export function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`)
}
