/** What a Resource says of its Provisioner's parameters, with their defaults. Pure. */
import type { BackingResource, Provisioner } from '../../api/index.ts'
import { ResourceFailure } from '../errors.ts'
import { textOf } from './fill.ts'

export type Params = Readonly<Record<string, unknown>>

/** On Provisioners that keep something: what was stored outlives the Resource, and is found again by one of its name. */
export const RETAIN_PARAM = 'retain'

/** On Provisioners that can be dumped: when that is done by the clock, how many dumps are kept, and how much they take. */
export const BACKUP_PARAM = 'backup'
export const BACKUPS_KEPT_PARAM = 'backupsKept'
export const BACKUP_STORAGE_PARAM = 'backupStorage'
export const STORAGE_CLASS_PARAM = 'storageClass'

/** Values are brought to the type of the default, since people write `15` for `"15"`. Throws ResourceFailure. */
export function paramsOf({ spec }: BackingResource, provisioner: Provisioner): Params {
  const known = provisioner.spec.params ?? {}
  const given = spec.params ?? {}
  for (const name of Object.keys(given))
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known).toSorted().join(', ') || 'none'
      throw invalid(`${spec.type} has no parameter ${JSON.stringify(name)}; its parameters: ${names}`)
    }
  return Object.fromEntries(
    Object.entries(known).map(([name, param]) => {
      const value = (Object.hasOwn(given, name) ? given[name] : param.default) ?? (param.optional ? null : undefined)
      if (value === undefined) throw invalid(`${spec.type} needs the parameter ${JSON.stringify(name)}`)
      return [name, asTypeOf(param.default, value, name)]
    }),
  )
}

/** Those that stay as they were at the first start. Throws ResourceFailure. */
export function fixedParamsOf(resource: BackingResource, provisioner: Provisioner): Params {
  const isFixed = (name: string) => provisioner.spec.params?.[name]?.fixed === true
  return Object.fromEntries(Object.entries(paramsOf(resource, provisioner)).filter(([name]) => isFixed(name)))
}

function asTypeOf(model: unknown, value: unknown, name: string): unknown {
  if (value === null || model === undefined || typeof value === typeof model) return value
  if (typeof model === 'string' && typeof value !== 'object') return textOf(value)
  if (typeof model === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value)
  if (typeof model === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  throw invalid(`the parameter ${JSON.stringify(name)} must be a ${typeof model}, like ${JSON.stringify(model)}`)
}

const invalid = (message: string) => new ResourceFailure('InvalidParams', `spec.params: ${message}`)
