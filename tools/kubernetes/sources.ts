/** The shapes of the published documents, as far as the generator reads them, and the short names it gives schemas. */

export interface OpenApiSchema {
  type?: string
  format?: string
  default?: unknown
  $ref?: string
  allOf?: OpenApiSchema[]
  oneOf?: OpenApiSchema[]
  properties?: Record<string, OpenApiSchema>
  additionalProperties?: OpenApiSchema | boolean
  items?: OpenApiSchema
  required?: string[]
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[]
  'x-kubernetes-list-type'?: string
  'x-kubernetes-list-map-keys'?: string[]
  'x-kubernetes-map-type'?: string
  'x-kubernetes-patch-strategy'?: string
  'x-kubernetes-patch-merge-key'?: string
}

export interface DiscoveryResource {
  resource: string
  singularResource: string
  scope: 'Cluster' | 'Namespaced'
  responseKind: { group: string; version: string; kind: string }
  shortNames?: string[]
  categories?: string[]
  verbs: string[]
  subresources?: {
    subresource: string
    responseKind?: { group: string; version: string; kind: string }
    verbs: string[]
  }[]
}

export interface Sources {
  schemas: Map<string, OpenApiSchema>
  discovery: {
    items: { metadata: { name: string }; versions: { version: string; resources: DiscoveryResource[] }[] }[]
  }
  core: { resources: ApiResource[] }
  /** Full schema name → the name our code uses. */
  names: Map<string, string>
}

/** One entry of an unaggregated `APIResourceList`. */
export interface ApiResource {
  name: string
  singularName: string
  kind: string
  group?: string
  version?: string
  namespaced: boolean
  shortNames?: string[]
  categories?: string[]
  verbs: string[]
}

/** The last word of the schema's name; where two groups use one word, core/v1 (or the newest version) keeps it and the
 *  others get their group in front: `EventsEvent`. */
export function schemaShortNames(schemas: Map<string, OpenApiSchema>): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  const rank = (name: string) => (name.includes('.core.v1.') ? 0 : name.includes('.v2.') ? 1 : 2)
  for (const full of [...schemas.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))) {
    const parts = full.split('.')
    const short = parts.at(-1) ?? full
    const group = parts.at(-3) ?? ''
    const name = taken.has(short) ? group.charAt(0).toUpperCase() + group.slice(1) + short : short
    taken.add(name)
    names.set(full, name)
  }
  return names
}

/** The full schema name a property refers to, or undefined for an inline one. */
export function referenceOf(schema: OpenApiSchema): string | undefined {
  const ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined)
  return ref?.replace('#/components/schemas/', '')
}
