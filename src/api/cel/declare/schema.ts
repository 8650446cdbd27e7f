/** A schema as expressions see it; schemas of custom resources and of built-in kinds are both shown as this.
 *  Source: k8s.io/apiserver v0.34, pkg/cel/common/adaptor.go. */

export interface CelSchema {
  /** `object`, `array`, `string`, `integer`, `number`, `boolean`, or empty. */
  type: string
  format: string
  nullable: boolean
  intOrString: boolean
  preserveUnknownFields: boolean
  /** An object of the API: apiVersion, kind, and the names in metadata can be read whatever the schema says. */
  embeddedResource: boolean
  items: CelSchema | undefined
  /** Empty: none are named. */
  properties: ReadonlyMap<string, CelSchema>
  /** Of all fields, when none are named. */
  additional: CelSchema | undefined
  required: ReadonlySet<string>
  hasDefault: boolean
  enum: readonly unknown[]
  maxItems: number | undefined
  maxLength: number | undefined
  maxProperties: number | undefined
  listType: string | undefined
  listMapKeys: readonly string[]
}

export const ANYTHING: CelSchema = {
  type: '',
  format: '',
  nullable: false,
  intOrString: false,
  preserveUnknownFields: false,
  embeddedResource: false,
  items: undefined,
  properties: new Map(),
  additional: undefined,
  required: new Set(),
  hasDefault: false,
  enum: [],
  maxItems: undefined,
  maxLength: undefined,
  maxProperties: undefined,
  listType: undefined,
  listMapKeys: [],
}

const TEXT: CelSchema = { ...ANYTHING, type: 'string' }
const META: CelSchema = {
  ...ANYTHING,
  type: 'object',
  properties: new Map([
    ['name', TEXT],
    ['generateName', TEXT],
  ]),
}

const isText = (schema: CelSchema | undefined): boolean => schema?.type === 'string'

/** `schema` with what every object of the API has. */
export function withObjectMeta(schema: CelSchema): CelSchema {
  const { properties } = schema
  const metadata = properties.get('metadata')
  const complete = [properties.get('kind'), properties.get('apiVersion')].every(isText) && metadata?.type === 'object'
  if (complete && ['name', 'generateName'].every((name) => isText(metadata.properties.get(name)))) return schema
  const all = new Map(properties)
  all.set('kind', TEXT)
  all.set('apiVersion', TEXT)
  all.set('metadata', META)
  return { ...schema, properties: all }
}
