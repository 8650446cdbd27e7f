/** The names of custom kinds in OpenAPI documents: `com.example.stable.v1.Shirt`. */
import type { Resource } from '../../api/index.ts'

type Named = Pick<Resource, 'group' | 'version' | 'kind' | 'listKind'>

const prefixOf = ({ group, version }: Named) => `${group.split('.').reverse().join('.')}.${version}`

export const customName = (resource: Named): string => `${prefixOf(resource)}.${resource.kind}`

export const customListName = (resource: Named): string =>
  `${prefixOf(resource)}.${resource.listKind ?? `${resource.kind}List`}`
