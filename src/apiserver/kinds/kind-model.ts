/** Everything the server must know of a kind to serve it: the same questions for Kubernetes' own kinds and for those
 *  that a CustomResourceDefinition brings. */
import type { FieldError, KubeObject } from '../../api/index.ts'
import type { DecodedObject, FieldValidation, JSONSchemaProps, TypeNode, WrittenPart } from '../../api/machinery.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { Strategy } from '../registry/strategy.ts'
import type { KindVersions } from '../registry/with-conversions.ts'
import type { Printer } from '../table/index.ts'

export interface KindModel {
  strategy: Strategy
  /** Throws ApiError `BadRequest` for what is no object of this kind. */
  decode(value: unknown, options: { fieldValidation: FieldValidation }): DecodedObject
  /** Changes a decoded object in place. Doing it twice changes nothing more. */
  applyDefaults(object: AnyObject): void
  /** `old` is there when the object replaces one; `part` says which part a write is about. `warn` is told what is let
   *  pass. */
  validate(object: AnyObject, old: AnyObject | undefined, part: WrittenPart, warn: (text: string) => void): FieldError[]
  /** Only Kubernetes' own types say how their lists merge in a strategic merge patch. */
  strategicMerge: boolean
  /** The shape by which server-side apply merges objects of the kind and tells who owns what. */
  type: TypeNode
  /** The versions in which owners may speak of the objects; missing: only the one that is served. */
  versions?: KindVersions
  /** Where objects are kept, and as which version: several resources may be views of the same objects. */
  storage: { group: string; plural: string; apiVersion: string; kind: string }
  /** Only where objects may be kept in another form than they are served in. */
  conversion?: Conversion
  /** Missing: as the kind is known to the table. */
  printer?: Printer<KubeObject>
  /** The fields besides name and namespace by which objects can be selected; missing: as the kind is known to selectors. */
  selectableFields?: ReadonlyMap<string, (object: KubeObject) => string>
  /** The schema that the kind brings, as OpenAPI documents are to show it; missing: a built-in one. */
  custom?: { schema: JSONSchemaProps | undefined }
  /** Where the numbers of the scale subresource are; missing: where workloads have them. */
  scale?: ScaleModel
  /** Aborts when the kind is not served this way any more: watches end. */
  retired?: AbortSignal
  /** Said with every answer about objects of the kind. */
  warnings?: readonly string[]
}

/** What a scale subresource shows and changes. */
export interface ScaleModel {
  /** The fields on the way to the wanted replicas. */
  replicasPath: readonly string[]
  /** Undefined: the object does not say. */
  replicas(object: AnyObject): number | undefined
  setReplicas(object: AnyObject, replicas: number): void
  statusReplicas(object: AnyObject): number
  /** As a query string spells it. */
  selector(object: AnyObject): string
  /** The path that has to be there for a scale to be read. */
  mustHaveReplicas?: string
}

/** Between the form objects are kept in and that of the resource. May ask a webhook. */
export interface Conversion {
  /** Whether an object kept as this `apiVersion` has to be converted to be served. `revision` is when it was written;
   *  missing: just now. */
  needed(storedApiVersion: string, revision?: number): boolean
  fromStored(objects: readonly AnyObject[]): Promise<AnyObject[]>
  toStored(object: AnyObject): Promise<AnyObject>
}
