/** What `/openapi/v3` and `/openapi/v2` answer. Documents are built when asked for and not kept: they are a few hundred
 *  kilobytes each, and clients cache them by the hash in their URL. */
import { createHash } from 'node:crypto'
import type { Resource } from '../../api/index.ts'
import { buildDocument, documentPath } from './document.ts'

export interface OpenApiDocument {
  /** JSON. */
  text: string
  /** Upper-case hex; the `hash` of the document's URL, and its ETag. */
  hash: string
}

export interface OpenApiOptions {
  resources: readonly Resource[]
  /** `v1.34.0`, as /version says. */
  kubernetesVersion: string
}

export class OpenApi {
  readonly #groupVersions: ReadonlyMap<string, readonly Resource[]>
  readonly #kubernetesVersion: string
  /** Documents never change while the server runs, so neither do their hashes. */
  readonly #hashes = new Map<string, string>()

  constructor({ resources, kubernetesVersion }: OpenApiOptions) {
    this.#groupVersions = Map.groupBy(resources, documentPath)
    this.#kubernetesVersion = kubernetesVersion
  }

  /** The answer to `/openapi/v3`: where the document of each group and version is. JSON. */
  index(): string {
    const paths = [...this.#groupVersions.keys()].sort().map((path) => {
      const hash = this.#hashes.get(path) ?? this.document(path)?.hash ?? ''
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]
    })
    return JSON.stringify({ paths: Object.fromEntries(paths) })
  }

  /** The answer to `/openapi/v3/<path>`; `path` is `api/v1` or `apis/<group>/<version>`. */
  document(path: string): OpenApiDocument | undefined {
    const resources = this.#groupVersions.get(path)
    if (resources === undefined) return undefined
    const text = JSON.stringify(buildDocument({ resources, kubernetesVersion: this.#kubernetesVersion }))
    const hash = this.#hashes.get(path) ?? createHash('sha512').update(text).digest('hex').toUpperCase()
    this.#hashes.set(path, hash)
    return { text, hash }
  }

  /** The answer to `/openapi/v2`: valid and empty, so that clients use v3 or what they know themselves. JSON. */
  legacyDocument(): string {
    return JSON.stringify({
      swagger: '2.0',
      info: { title: 'Kubernetes', version: this.#kubernetesVersion },
      paths: {},
      definitions: {},
    })
  }

  /** The same as the protobuf message kubectl prefers (`application/com.github.proto-openapi.spec.v2@v1.0+protobuf`).
   *  Fields: gnostic's OpenAPIv2.proto: Document.swagger 1, .info 2, .paths 8; Info.title 1, .version 2. */
  legacyProtobuf(): Uint8Array {
    const info = [...field(1, Buffer.from('Kubernetes')), ...field(2, Buffer.from(this.#kubernetesVersion))]
    return Uint8Array.from([...field(1, Buffer.from('2.0')), ...field(2, info), ...field(8, [])])
  }
}

/** A length-delimited protobuf field, shorter than 128 bytes. */
const field = (number: number, bytes: Iterable<number>): number[] => {
  const content = [...bytes]
  return [(number << 3) | 2, content.length, ...content]
}
