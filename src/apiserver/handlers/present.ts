/** Stored text as the client asked to see it: as it is, with only its metadata, or as the rows of a table. */
import { apiError, apiVersionOf, type KubeObject, type Resource } from '../../api/index.ts'
import { parseJson } from '../../api/machinery.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import { decodeText } from '../registry/object-text.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { type Conversion, type Format, negotiate } from '../server/media-types.ts'
import { type IncludeObject, type Printer, printerFor, toTable } from '../table/index.ts'

const META_GROUP = 'meta.k8s.io'
/** The documents that single objects (also those of watch events) and lists can be turned into. */
const CONVERSIONS = {
  object: new Set(['PartialObjectMetadata', 'Table']),
  list: new Set(['PartialObjectMetadataList', 'Table']),
}
/** They are the same but for their name. */
const META_VERSIONS = new Set(['v1', 'v1beta1'])

export interface ListHead {
  resourceVersion: string
  continue?: string
  remainingItemCount?: number
}

/** Renders objects, lists and watch events in one negotiated format. */
export interface Presenter {
  format: Format
  /** There when an object's text is what is stored: what comes before and after the items of a list, which have commas
   *  between them. */
  aroundStored?: (head: ListHead) => readonly [string, string]
  object(text: string): string
  list(texts: readonly string[], head: ListHead): string
  /** The object of a watch event. */
  event(text: string): string
}

type Presented = Pick<ResourceRequest, 'request' | 'info' | 'resource'> & {
  model: KindModel | Pick<KindModel, 'printer'>
}

/** Throws ApiError `NotAcceptable`, `BadRequest` (`includeObject`). */
export function presenterFor(
  backend: Backend,
  { request, info, resource, model }: Presented,
  shape: keyof typeof CONVERSIONS,
): Presenter {
  const format = negotiate(request.headers.accept, (conversion) => canConvert(conversion, shape))
  if (format.conversion === undefined) return plain(resource, format)
  const apiVersion = `${META_GROUP}/${format.conversion.version}`
  if (format.conversion.as !== 'Table') return metadataOnly(format, apiVersion)
  const printer = model.printer ?? printerFor(resource)
  const now = () => backend.clock.now()
  return table(printer, format, { includeObject: includeObjectOf(info.query), now, apiVersion })
}

function canConvert({ as, group, version }: Conversion, shape: keyof typeof CONVERSIONS): boolean {
  return group === META_GROUP && META_VERSIONS.has(version) && CONVERSIONS[shape].has(as)
}

function plain(resource: Resource, format: Format): Presenter {
  const of = { kind: resource.listKind ?? `${resource.kind}List`, apiVersion: apiVersionOf(resource) }
  return {
    format,
    aroundStored: (head) => aroundItems(of, head),
    object: (text) => text,
    event: (text) => text,
    list: (texts, head) => aroundItems(of, head).join(texts.join(',')),
  }
}

function metadataOnly(format: Format, apiVersion: string): Presenter {
  const object = (text: string) => {
    const { metadata } = parseJson(text) as { metadata: unknown }
    return JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion, metadata })
  }
  return {
    format,
    object,
    event: object,
    list: (texts, head) =>
      aroundItems({ kind: 'PartialObjectMetadataList', apiVersion }, head).join(texts.map(object).join(',')),
  }
}

function aroundItems({ kind, apiVersion }: { kind: string; apiVersion: string }, head: ListHead): [string, string] {
  const start = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)}`
  return [`${start},"metadata":${JSON.stringify(head)},"items":[`, ']}']
}

function table(
  printer: Printer<KubeObject>,
  format: Format,
  options: { includeObject: IncludeObject; now: () => number; apiVersion: string },
): Presenter {
  const render = (texts: readonly string[], listMeta: ListHead | { resourceVersion?: string }) => {
    const objects = texts.map((text) => decodeText(text) as KubeObject)
    return toTable(printer, objects, { ...options, now: options.now(), listMeta })
  }
  const one = (text: string) => {
    const rendered = render([text], {})
    const version = /"resourceVersion":"(\d+)"/.exec(text)?.[1]
    if (version !== undefined) rendered.metadata = { resourceVersion: version }
    return rendered
  }
  let described = false
  return {
    format,
    object: (text) => JSON.stringify(one(text)),
    list: (texts, head) => JSON.stringify(render(texts, head)),
    // The columns are told once.
    event: (text) => {
      const rendered = one(text)
      const columnDefinitions = described ? [] : rendered.columnDefinitions
      described = true
      return JSON.stringify({ ...rendered, columnDefinitions })
    },
  }
}

/** `''` means the default: the metadata. */
function includeObjectOf(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject') || 'Metadata'
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value
  throw apiError(
    'BadRequest',
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`,
  )
}
