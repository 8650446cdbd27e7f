/** What a client can read: the parts of an `Accept` header that this server can answer with. */
import { apiError } from '../../api/index.ts'

/** A document that is asked for instead of the object: `application/json;as=Table;v=v1;g=meta.k8s.io`. */
export interface Conversion {
  as: string
  group: string
  version: string
}

export interface Format {
  encoding: 'json' | 'yaml'
  conversion?: Conversion
}

const JSON_TYPES = new Set(['application/json', 'application/*', '*/*', 'text/*'])
const YAML_TYPES = new Set(['application/yaml', 'application/x-yaml', 'text/yaml'])
const ACCEPTED = ['application/json', 'application/yaml']

/** The first acceptable format, in the client's order. `conversions` says which `as` documents this endpoint can make.
 *  Throws ApiError `NotAcceptable`. Protobuf and CBOR are passed over, as by any server without them. */
export function negotiate(accept: string | undefined, canConvert: (conversion: Conversion) => boolean): Format {
  if (accept === undefined || accept === 'application/json' || accept.trim() === '') return { encoding: 'json' }
  for (const clause of byQuality(accept)) {
    const encoding = JSON_TYPES.has(clause.type) ? 'json' : YAML_TYPES.has(clause.type) ? 'yaml' : undefined
    if (encoding === undefined) continue
    const { as, g: group = '', v: version = '', stream } = clause.parameters
    if (stream !== undefined && stream !== 'watch') continue
    if (as === undefined) return { encoding }
    const conversion = { as, group, version }
    if (canConvert(conversion)) return { encoding, conversion }
  }
  throw apiError('NotAcceptable', `only the following media types are accepted: ${ACCEPTED.join(', ')}`)
}

/** A refusal comes as it was asked for where that is possible, and else as JSON: nobody is refused one. */
export function refusalFormat(accept: string | undefined): Format {
  try {
    const { encoding } = negotiate(accept, () => true)
    return { encoding }
  } catch {
    return { encoding: 'json' }
  }
}

interface Clause {
  type: string
  parameters: Record<string, string | undefined>
  quality: number
}

function byQuality(accept: string): Clause[] {
  const clauses = accept.split(',').map(parseMediaType)
  return clauses.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality)
}

export function parseMediaType(text: string): Clause {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim())
  const parameters: Record<string, string | undefined> = Object.create(null)
  for (const part of rest) {
    const equals = part.indexOf('=')
    if (equals > 0) parameters[part.slice(0, equals).toLowerCase()] = part.slice(equals + 1).replaceAll('"', '')
  }
  const quality = Number(parameters.q ?? 1)
  return { type: type.toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 1 }
}
