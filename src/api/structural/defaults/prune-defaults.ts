/** Defaults lose the fields that the schema does not know, as objects do. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema/defaulting/prune.go. */
import { coerceEmbedded } from '../embedded-objects.ts'
import { pruneObject } from '../prune.ts'
import type { Structural } from '../schema/structural.ts'
import { surround, type ValuePath, valueAt } from './surrounding-object.ts'

/** Changes the defaults in `root`, the schema of a whole object. */
export function pruneDefaults(root: Structural): void {
  if (root.has.defaults) visit(root, [], root)
}

function visit(schema: Structural, path: ValuePath, root: Structural): void {
  const object = schema.default === undefined ? undefined : surround(schema.default, path)
  if (object) {
    coerceEmbedded(object, root, '', { isResource: true, dropInvalid: true })
    pruneObject(object, root)
    schema.default = valueAt(object, path)
  }
  if (schema.additional?.schema) visit(schema.additional.schema, [...path, '*'], root)
  if (schema.items) visit(schema.items, [...path, 0], root)
  for (const [name, inner] of schema.properties) visit(inner, [...path, name], root)
}
