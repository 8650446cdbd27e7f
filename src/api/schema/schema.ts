/** What is known of the shape of API objects: the compact form of Kubernetes' OpenAPI schemas that decoding,
 *  defaulting, patching and the OpenAPI endpoint share. Generated for built-in kinds, written by hand for the others. */

/** Types whose values are not described further. `int32`, `int64` and `double` are JSON numbers; `bytes` is base64;
 *  `time` and `microTime` are RFC 3339; `any` is whatever JSON there is (`RawExtension`, `FieldsV1`, CRD `JSON`). */
export type ScalarType =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'double'
  | 'bytes'
  | 'time'
  | 'microTime'
  | 'quantity'
  | 'intOrString'
  | 'any'

export interface FieldSchema {
  /** `object` has a `schema`; `list` and `map` (keys are strings) have `items`. */
  type: ScalarType | 'object' | 'list' | 'map'
  /** Name of the schema of an `object`; for `any`, the name of the opaque type. */
  schema?: string
  /** Schema of a list's elements or of a map's values. */
  items?: FieldSchema
  required?: true
  /** Left out while it is zero: `''`, 0, false, an empty list or map. Where Go's type is a pointer it is not. */
  omitZero?: true
  /** Written as null by Go while nothing is there: lists, maps, pointers and times that its tags do not let it leave out. */
  nullZero?: true
  /** What the field becomes when it is left out. `{}` and `''` are what Go's zero values look like on the wire. */
  default?: unknown
  /** What Go calls the type, where `type` does not tell: `v1.RestartPolicy`. */
  goType?: string
  /** How server-side apply merges a list: by element, by key, or whole. */
  listType?: 'atomic' | 'set' | 'map'
  /** The fields that identify an element of a list of type `map`. */
  listMapKeys?: readonly string[]
  mapType?: 'atomic' | 'granular'
  /** How a strategic merge patch treats the field: `merge`, `retainKeys`, or both joined by a comma. */
  patchStrategy?: string
  /** The field that identifies an element of a list with patch strategy `merge`. */
  patchMergeKey?: string
}

export interface ObjectSchema {
  /** Its name in OpenAPI documents: `io.k8s.api.apps.v1.Deployment`. */
  id: string
  fields: Readonly<Record<string, FieldSchema>>
  mapType?: 'atomic' | 'granular'
  /** `group/version/kind` of each kind that has this schema; the core group is empty: `/v1/Pod`. */
  kinds?: readonly string[]
}

/** Schemas by name, as `FieldSchema.schema` names them. */
export type SchemaSet = Readonly<Record<string, ObjectSchema>>
