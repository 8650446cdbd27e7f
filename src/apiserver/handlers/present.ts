/** Stored text as the client asked to see it: as it is, or with only its metadata. */
import { apiError, type Resource } from '../../api/index.ts'
import type { Conversion, Format } from '../server/media-types.ts'
import { negotiate } from '../server/media-types.ts'
import type { ResourceRequest } from '../server/context.ts'

const META_GROUP = 'meta.k8s.io'
const SINGLE = new Set(['PartialObjectMetadata', 'Table'])
const LISTS = new Set(['PartialObjectMetadataList', 'Table'])

export interface ListHead {
  resourceVersion: string
  continue?: string
  remainingItemCount?: number
}

/** Renders objects, lists and watch events in one negotiated format. */
export interface Presenter {
  format: Format
  object(text: string): string
  list(texts: readonly string[], head: ListHead): string
  /** The object of a watch event. */
  event(text: string): string
}

/** Throws ApiError `NotAcceptable`. */
export function presenterFor({ request, resource }: ResourceRequest, shape: 'object' | 'list'): Presenter {
  const format = negotiate(request.headers.accept, (conversion) => canConvert(conversion, shape))
  switch (format.conversion?.as) {
    case undefined:
      return plain(resource, format)
    case 'PartialObjectMetadata':
    case 'PartialObjectMetadataList':
      return metadataOnly(format)
    default:
      throw apiError('NotAcceptable', `cannot render ${format.conversion?.as}`)
  }
}

function canConvert({ as, group, version }: Conversion, shape: 'object' | 'list'): boolean {
  if (as === 'Table') return false
  return group === META_GROUP && version === 'v1' && (shape === 'object' ? SINGLE : LISTS).has(as)
}

function plain(resource: Resource, format: Format): Presenter {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
  return {
    format,
    object: (text) => text,
    event: (text) => text,
    list: (texts, head) => listText(`${resource.kind}List`, apiVersion, head, texts),
  }
}

function metadataOnly(format: Format): Presenter {
  const object = (text: string) => {
    const { metadata } = JSON.parse(text) as { metadata: unknown }
    return JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata })
  }
  return {
    format,
    object,
    event: object,
    list: (texts, head) => listText('PartialObjectMetadataList', 'meta.k8s.io/v1', head, texts.map(object)),
  }
}

function listText(kind: string, apiVersion: string, head: ListHead, texts: readonly string[]): string {
  return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(head)},"items":[${texts.join(',')}]}`
}
