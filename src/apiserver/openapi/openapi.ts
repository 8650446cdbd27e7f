/** What `/openapi/v3` and `/openapi/v2` answer. Documents are built when asked for and not kept: they are a few hundred
 *  kilobytes each, and clients cache them by the hash in their URL. */
import { createHash } from 'node:crypto'
import type { ServedKind } from '../routing/resource-catalog.ts'
import { buildDocument, documentPath } from './document.ts'
import { legacyDefinitions } from './legacy-definitions.ts'

export interface OpenApiDocument {
  /** JSON. */
  text: string
  /** Upper-case hex; the `hash` of the document's URL, and its ETag. */
  hash: string
}

export interface OpenApiOptions {
  catalog: {
    readonly kinds: readonly ServedKind[]
    /** Grows whenever `kinds` are others. */
    readonly generation: number
  }
  /** `v1.34.0`, as /version says. */
  kubernetesVersion: string
}

interface GroupVersion {
  kinds: readonly ServedKind[]
  /** Once it is known: as long as the kinds stay, so does the document. */
  hash: string | undefined
}

export class OpenApi {
  readonly #catalog: OpenApiOptions['catalog']
  readonly #kubernetesVersion: string
  #generation: number | undefined
  #groupVersions: ReadonlyMap<string, GroupVersion> = new Map()
  #legacy: { generation: number; document: OpenApiDocument } | undefined

  constructor({ catalog, kubernetesVersion }: OpenApiOptions) {
    this.#catalog = catalog
    this.#kubernetesVersion = kubernetesVersion
  }

  /** The answer to `/openapi/v3`: where the document of each group and version is. JSON. */
  index(): string {
    const paths = [...this.#current().keys()].sort().map((path) => {
      const hash = this.#current().get(path)?.hash ?? this.document(path)?.hash ?? ''
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]
    })
    return JSON.stringify({ paths: Object.fromEntries(paths) })
  }

  /** The answer to `/openapi/v3/<path>`; `path` is `api/v1` or `apis/<group>/<version>`. */
  document(path: string): OpenApiDocument | undefined {
    const groupVersion = this.#current().get(path)
    if (groupVersion === undefined) return undefined
    const { kinds } = groupVersion
    const text = JSON.stringify(buildDocument({ kinds, kubernetesVersion: this.#kubernetesVersion }))
    groupVersion.hash ??= hashOf(text)
    return { text, hash: groupVersion.hash }
  }

  /** The answer to `/openapi/v2`: custom kinds only. Of built-in ones clients know themselves, or ask v3. */
  legacyDocument(): OpenApiDocument {
    const { generation, kinds } = this.#catalog
    if (this.#legacy?.generation !== generation) {
      const text = JSON.stringify({
        swagger: '2.0',
        info: { title: 'Kubernetes', version: this.#kubernetesVersion },
        paths: {},
        definitions: legacyDefinitions(kinds.filter(({ model }) => model.custom !== undefined)),
      })
      this.#legacy = { generation, document: { text, hash: hashOf(text) } }
    }
    return this.#legacy.document
  }

  /** The same, without kinds, as the protobuf message kubectl prefers
   *  (`application/com.github.proto-openapi.spec.v2@v1.0+protobuf`).
   *  Fields: gnostic's OpenAPIv2.proto: Document.swagger 1, .info 2, .paths 8; Info.title 1, .version 2. */
  legacyProtobuf(): Uint8Array {
    const info = [...field(1, Buffer.from('Kubernetes')), ...field(2, Buffer.from(this.#kubernetesVersion))]
    return Uint8Array.from([...field(1, Buffer.from('2.0')), ...field(2, info), ...field(8, [])])
  }

  #current(): ReadonlyMap<string, GroupVersion> {
    const { generation, kinds } = this.#catalog
    if (this.#generation === generation) return this.#groupVersions
    const before = this.#groupVersions
    const next = new Map<string, GroupVersion>()
    for (const [path, own] of Map.groupBy(kinds, ({ resource }) => documentPath(resource))) {
      const old = before.get(path)
      const same = old?.kinds.length === own.length && own.every((kind, i) => kind === old.kinds[i])
      next.set(path, same ? old : { kinds: own, hash: undefined })
    }
    this.#groupVersions = next
    this.#generation = generation
    return next
  }
}

const hashOf = (text: string) => createHash('sha512').update(text).digest('hex').toUpperCase()

/** A length-delimited protobuf field, shorter than 128 bytes. */
const field = (number: number, bytes: Iterable<number>): number[] => {
  const content = [...bytes]
  return [(number << 3) | 2, content.length, ...content]
}
