/** Formats that a schema asks for and nobody checks. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/registry/customresourcedefinition/strategy.go. */
import { isKnownFormat, type JSONSchemaProps, someSchema } from '../../../api/machinery.ts'
import type { Definition } from './definition.ts'

/** Those that were there before are not told of again. */
export function formatWarnings(definition: Definition, old: Definition | undefined): string[] {
  const before = new Set(old && unknownFormats(old))
  return unknownFormats(definition)
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`)
}

function unknownFormats({ spec }: Definition): string[] {
  const found: string[] = []
  const look = ({ type, format }: JSONSchemaProps): boolean => {
    if (type === 'string' && format && !isKnownFormat(format)) found.push(format)
    return false
  }
  // Before validation there need not be any.
  const { versions = [] } = spec as Partial<Definition['spec']>
  for (const { schema } of versions) if (schema?.openAPIV3Schema) someSchema(schema.openAPIV3Schema, look)
  return found
}
