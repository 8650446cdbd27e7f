/** The versions in which an object's managers may have spoken of it. */
import type { JsonObject } from '../../decode/index.ts'
import type { TypeNode } from '../type-node.ts'

export interface Versions {
  /** Undefined when there is no such version (any more). */
  typeOf(apiVersion: string): TypeNode | undefined
  /** The object in another version of its kind, one that `typeOf` knows. */
  convert(object: JsonObject, apiVersion: string): JsonObject
}

/** For kinds that have but one version. */
export function oneVersion(apiVersion: string, type: TypeNode): Versions {
  return { typeOf: (other) => (other === apiVersion ? type : undefined), convert: (object) => object }
}

/** As `Versions.convert`, without asking for what is there. */
export function inVersion(versions: Versions, object: JsonObject, apiVersion: string): JsonObject {
  return object['apiVersion'] === apiVersion ? object : versions.convert(object, apiVersion)
}
