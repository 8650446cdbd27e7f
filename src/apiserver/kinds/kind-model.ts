/** Everything the server must know of a kind to serve it: the same questions for Kubernetes' own kinds and for those
 *  that a CustomResourceDefinition brings. */
import type { DecodedObject, FieldError, FieldValidation, TypeNode, Versions } from '../../api/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { Strategy } from '../registry/strategy.ts'

export interface KindModel {
  strategy: Strategy
  /** Throws ApiError `BadRequest` for what is no object of this kind. */
  decode(value: unknown, options: { fieldValidation: FieldValidation }): DecodedObject
  /** Changes a decoded object in place. Doing it twice changes nothing more. */
  applyDefaults(object: AnyObject): void
  /** `old` is there when the object replaces one; `part` says which part a write is about. */
  validate(object: AnyObject, old: AnyObject | undefined, part: WrittenPart): FieldError[]
  /** Only Kubernetes' own types say how their lists merge in a strategic merge patch. */
  strategicMerge: boolean
  /** The shape by which server-side apply merges objects of the kind and tells who owns what. */
  type: TypeNode
  /** The versions in which owners may speak of the objects; missing: only the one that is served. */
  versions?: Versions
  /** Where objects are kept, and as which version: several resources may be views of the same objects. */
  storage: { group: string; plural: string; apiVersion: string; kind: string }
  /** Only where objects may be kept in another form than they are served in. */
  conversion?: Conversion
}

export type WrittenPart = 'spec' | 'status' | 'all'

/** Between the form objects are kept in and that of the resource. May ask a webhook. */
export interface Conversion {
  /** Whether an object kept as this `apiVersion` has to be converted to be served. */
  needed(storedApiVersion: string): boolean
  fromStored(objects: readonly AnyObject[]): Promise<AnyObject[]>
  toStored(object: AnyObject): Promise<AnyObject>
}
