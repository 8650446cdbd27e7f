/** Reads an audit policy and says of a bad one where what is wrong. Fields it does not know are wrong too: a rule that
 *  is not what its writer meant lets things pass unseen.
 *  Source: k8s.io/apiserver v0.34, pkg/apis/audit/validation and pkg/audit/policy/reader.go. */
import { readFile } from 'node:fs/promises'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { errorMessage } from '../../lib/index.ts'
import { type AuditPolicy, LEVELS, STAGES } from './policy.ts'

/** The message names the file, the line and the field. */
export class AuditPolicyError extends Error {
  override name = 'AuditPolicyError'
}

type Path = readonly (string | number)[]
interface Problem {
  path: Path
  message: string
}
type Check = (value: unknown, path: Path) => Problem[]

/** Throws AuditPolicyError. */
export async function readAuditPolicy(file: string): Promise<AuditPolicy> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new AuditPolicyError(`the audit policy ${file} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
  return parseAuditPolicy(text, file)
}

/** Throws AuditPolicyError. */
export function parseAuditPolicy(text: string, file: string): AuditPolicy {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, maxAliasCount: 50 } as never)
  const [broken] = document.errors
  if (broken !== undefined)
    throw new AuditPolicyError(`${file}:${broken.linePos?.[0].line ?? 1}: ${broken.message.split('\n')[0]}`)
  const value = valueOf(document, file)
  const problems = policyProblems(value, [])
  if (problems.length === 0) return value as AuditPolicy
  throw new AuditPolicyError(
    problems
      .map(({ path, message }) => `${file}:${lineOf(document, lines, path)}: ${fieldOf(path)}${message}`)
      .join('\n'),
  )
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 })
  } catch (error) {
    throw new AuditPolicyError(`${file}:1: ${errorMessage(error)}`, { cause: error })
  }
}

/** The line of the value at `path`, or of what it is missing from. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

function fieldOf(path: Path): string {
  const text = path.reduce<string>((before, part) => {
    if (typeof part === 'number') return `${before}[${part}]`
    return before === '' ? part : `${before}.${part}`
  }, '')
  return text === '' ? '' : `${text}: `
}

const oneOf =
  (allowed: readonly string[]): Check =>
  (value, path) =>
    typeof value === 'string' && allowed.includes(value)
      ? []
      : [{ path, message: `${JSON.stringify(value)} is none of ${allowed.join(', ')}` }]

const is =
  (type: 'string' | 'boolean'): Check =>
  (value, path) =>
    typeof value === type ? [] : [{ path, message: `must be a ${type}, not ${JSON.stringify(value)}` }]

const listOf =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((one, i) => check(one, [...path, i]))
      : [{ path, message: `must be a list, not ${JSON.stringify(value)}` }]

const anything: Check = () => []
const strings = listOf(is('string'))
const stages = listOf(oneOf(STAGES))

const fields =
  (known: Readonly<Record<string, Check>>, needed: readonly string[] = []): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [{ path, message: `must be an object, not ${JSON.stringify(value)}` }]
    const given = Object.entries(value as Record<string, unknown>)
    const missing = needed.filter((name) => !Object.hasOwn(value, name))
    return [
      ...missing.map((name) => ({ path: [...path, name], message: 'is missing' })),
      ...given.flatMap(([name, field]) => {
        const check = Object.hasOwn(known, name) ? known[name] : undefined
        if (check === undefined) return [{ path: [...path, name], message: 'is no field of an audit policy' }]
        return field === null ? [] : check(field, [...path, name])
      }),
    ]
  }

const groupResources: Check = (value, path) => {
  const problems = fields({ group: is('string'), resources: strings, resourceNames: strings })(value, path)
  const { resources, resourceNames } = (value ?? {}) as { resources?: unknown[]; resourceNames?: unknown[] }
  if (problems.length === 0 && resourceNames?.length && !resources?.length)
    problems.push({ path: [...path, 'resourceNames'], message: 'needs at least one of resources' })
  return problems
}

const url: Check = (value, path) => {
  if (typeof value !== 'string') return is('string')(value, path)
  if (value === '*') return []
  if (!value.startsWith('/')) return [{ path, message: `${JSON.stringify(value)} must begin with a /` }]
  return value.slice(0, -1).includes('*')
    ? [{ path, message: `${JSON.stringify(value)} may have a * only at its end` }]
    : []
}

const ruleFields = fields(
  {
    level: oneOf(LEVELS),
    users: strings,
    userGroups: strings,
    verbs: strings,
    resources: listOf(groupResources),
    namespaces: strings,
    nonResourceURLs: listOf(url),
    omitStages: stages,
    omitManagedFields: is('boolean'),
  },
  ['level'],
)

const rule: Check = (value, path) => {
  const problems = ruleFields(value, path)
  const { nonResourceURLs, resources, namespaces } = (value ?? {}) as Record<string, unknown[] | undefined>
  if (problems.length === 0 && nonResourceURLs?.length && (resources?.length || namespaces?.length))
    problems.push({
      path: [...path, 'nonResourceURLs'],
      message: 'a rule is about resources or about other URLs, not about both',
    })
  return problems
}

const rules: Check = (value, path) => {
  const problems = listOf(rule)(value, path)
  return Array.isArray(value) && value.length === 0 ? [{ path, message: 'needs at least one rule' }] : problems
}

const policyProblems = fields(
  {
    apiVersion: oneOf(['audit.k8s.io/v1']),
    kind: oneOf(['Policy']),
    metadata: anything,
    rules,
    omitStages: stages,
    omitManagedFields: is('boolean'),
  },
  ['apiVersion', 'kind', 'rules'],
)
