/** Repository names, tags and image references. Grammar: OCI distribution spec v1.1, "Pulling manifests". */
import { isDigest } from './digest.ts'

const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/
/** Longest host + name that clients accept together; the name alone is held to it as well. */
const NAME_LIMIT = 255
/** Longest single folder name of the file systems we run on. */
const COMPONENT_LIMIT = 128

export function isRepositoryName(text: string): boolean {
  if (text.length > NAME_LIMIT || !NAME.test(text)) return false
  return text.split('/').every((component) => component.length <= COMPONENT_LIMIT)
}

export function isTag(text: string): boolean {
  return TAG.test(text)
}

export interface ImageReference {
  /** `host` or `host:port`. */
  registry: string
  repository: string
  tag?: string
  digest?: string
}

/** Parses `registry/name[:tag][@digest]`, registry included. Undefined when it is not of that form. */
export function parseImageReference(text: string): ImageReference | undefined {
  const slash = text.indexOf('/')
  if (slash <= 0) return undefined
  const registry = text.slice(0, slash)
  if (!/^[a-zA-Z0-9.-]+(:\d{1,5})?$/.test(registry)) return undefined
  const [name = '', digest, ...rest] = text.slice(slash + 1).split('@')
  if (rest.length > 0 || (digest !== undefined && !isDigest(digest))) return undefined
  const colon = name.indexOf(':')
  const repository = colon < 0 ? name : name.slice(0, colon)
  const tag = colon < 0 ? undefined : name.slice(colon + 1)
  if (!isRepositoryName(repository) || (tag !== undefined && !isTag(tag))) return undefined
  return { registry, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) }
}
