/** An image's name taken apart. Source: OCI distribution-spec v1.1, distribution/reference. */
import { RuntimeError } from '../errors.ts'

export interface ImageReference {
  host: string
  repository: string
  /** A digest where there is one, else the tag. */
  reference: string
}

export function parseReference(image: string): ImageReference {
  const [named = '', digest] = image.split('@', 2)
  const slash = named.indexOf('/')
  const host = named.slice(0, slash)
  if (slash === -1 || !/[.:]|^localhost$/.test(host))
    throw new RuntimeError(
      'NotFound',
      `image ${JSON.stringify(image)} names no registry; this runtime pulls from Naru's own only`,
    )
  const rest = named.slice(slash + 1)
  const tag = /:([\w][\w.-]{0,127})$/.exec(rest)
  const repository = tag === null ? rest : rest.slice(0, tag.index)
  return { host, repository, reference: digest ?? tag?.[1] ?? 'latest' }
}
