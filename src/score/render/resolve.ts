/** What a placeholder stands for. Some is known now; what a Resource gives is known to its Secret alone. */
import { isJsonObject } from '../../api/index.ts'
import type { Path } from '../path.ts'
import { parsePlaceholders } from '../placeholders.ts'
import type { ScoreResource } from '../workload.ts'
import type { RenderContext } from './context.ts'
import { bindingOf, kindOf, serviceOf } from './resource-names.ts'

/** A text; what a key of a Secret holds; a variable of the app's configuration. */
export type Resolved = { text: string } | { secret: string; key: string } | { variable: string }

/** Neighbouring texts are one. What cannot be resolved is complained of and left out. */
export function resolveText(context: RenderContext, text: string, path: Path): Resolved[] {
  const resolved: Resolved[] = []
  for (const part of parsePlaceholders(text)) {
    const next = 'text' in part ? part : resolve(context, part.reference)
    const last = resolved.at(-1)
    if (typeof next === 'string') context.complain(path, `${'written' in part ? part.written : ''} ${next}`)
    else if ('text' in next && last !== undefined && 'text' in last) last.text += next.text
    else resolved.push({ ...next })
  }
  return resolved
}

/** For where only what is known now may stand. */
export function resolveNow(context: RenderContext, text: string, { path, why }: { path: Path; why: string }): string {
  const resolved = resolveText(context, text, path)
  if (resolved.some((part) => !('text' in part))) context.complain(path, why)
  return resolved.map((part) => ('text' in part ? part.text : '')).join('')
}

/** A sentence for what it cannot be. */
function resolve(context: RenderContext, [root = '', ...names]: readonly string[]): Resolved | string {
  if (root === 'metadata') return ofMetadata(context.workload.metadata, names)
  if (root === 'resources') return ofResource(context, names)
  return 'names neither metadata nor resources; write $${…} for a text that is to stay as it is'
}

function ofMetadata(metadata: unknown, names: readonly string[]): Resolved | string {
  if (names.length === 0) return 'does not say what of the metadata'
  let value: unknown = metadata
  for (const name of names) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name))
      return `names what is not there: the metadata has no ${name}`
    value = value[name]
  }
  return { text: typeof value === 'string' ? value : JSON.stringify(value) }
}

function ofResource(context: RenderContext, [name = '', ...keys]: readonly string[]): Resolved | string {
  const resources = context.workload.resources ?? {}
  const resource = Object.hasOwn(resources, name) ? resources[name] : undefined
  if (resource === undefined) {
    const known = Object.keys(resources)
    return `names no resource; ${known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`}`
  }
  const key = keys.join('.')
  if (key === '') return `does not say what of the resource, as in \${resources.${name}.host}`
  switch (kindOf(resource)) {
    case 'environment':
      return { variable: key }
    case 'dns':
      return key === 'host' ? { text: context.host } : 'is not known: of dns there is the host'
    case 'service':
      return key === 'name' ? { text: serviceOf(name, resource) } : 'is not known: of a service there is the name'
    case 'route':
    case 'volume':
      return `is not known: a ${resource.type} gives nothing but itself`
    case 'backing':
      if (!/^[-._a-zA-Z0-9]+$/.test(key)) return 'names no output: these are letters, digits, "-", "_" and "."'
      return { secret: bindingOf(context, name, resource), key: outputOf(resource, key) }
  }
}

const DATABASES: readonly string[] = ['postgres', 'mysql', 'mariadb']

/** Score's examples call a database's name both `name` and `database`; the Service Binding specification the latter. */
const outputOf = ({ type }: ScoreResource, key: string): string =>
  key === 'name' && DATABASES.includes(type.toLowerCase()) ? 'database' : key
