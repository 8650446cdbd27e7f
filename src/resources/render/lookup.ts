/** What the placeholders of a Provisioner stand for. Pure. */
import type { BackingResource, Provisioner } from '../../api/index.ts'
import { ResourceFailure } from '../errors.ts'
import type { Lookup } from './fill.ts'
import type { Params } from './params.ts'

export interface RenderInput {
  resource: BackingResource
  provisioner: Provisioner
  /** What was made by chance, by its name after `secret.`. */
  secrets: Readonly<Record<string, string>>
}

/** The Secret that apps get. */
export const bindingName = ({ metadata }: BackingResource): string => `${metadata.name}-binding`

/** `outputs.host` after `outputs.` is `host`; undefined for all others. */
export const nameAfter = (prefix: 'secret.' | 'outputs.' | 'params.', placeholder: string): string | undefined =>
  placeholder.startsWith(prefix) ? placeholder.slice(prefix.length) : undefined

/** Of a record's own keys. */
export function inRecord(record: Readonly<Record<string, unknown>>, name: string | undefined): ReturnType<Lookup> {
  return name !== undefined && Object.hasOwn(record, name) ? { value: record[name] } : 'unknown'
}

/** The first that knows. */
export const firstOf =
  (...lookups: readonly Lookup[]): Lookup =>
  (placeholder) => {
    for (const lookup of lookups) {
      const found = lookup(placeholder)
      if (found !== 'unknown') return found
    }
    return 'unknown'
  }

/** All but secrets and outputs. An image that nobody names is a failure only where one is asked for. */
export function plainLookup({ resource, provisioner }: RenderInput, params: Params): Lookup {
  const { name, namespace } = resource.metadata
  const values = { name, namespace, binding: bindingName(resource) }
  return firstOf(
    (placeholder) => inRecord(values, placeholder),
    (placeholder) => inRecord(params, nameAfter('params.', placeholder)),
    (placeholder) => (placeholder === 'image' ? { value: imageOf(resource, provisioner) } : 'unknown'),
  )
}

function imageOf({ spec }: BackingResource, provisioner: Provisioner): string {
  const image = spec.image ?? provisioner.spec.image
  if (image !== undefined) return image
  throw new ResourceFailure('ImageMissing', `spec.image: ${spec.type} needs an image, and its Provisioner names none`)
}
