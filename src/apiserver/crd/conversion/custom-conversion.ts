/** Between the form custom objects are kept in and that of a version. What was kept under an older schema is brought up
 *  to the present one on the way: fields it does not know any more go, its defaults come.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/customresource_handler.go (the codec of the storage). */
import { applySchemaDefaults } from '../../../api/machinery.ts'
import type { Conversion } from '../../kinds/kind-model.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import { conformStored } from '../serving/decode-custom.ts'
import type { VersionSchema } from '../serving/version-schema.ts'
import type { ConvertObjects } from './convert-objects.ts'

export interface CustomConversionOptions {
  /** Of the version that is served. */
  apiVersion: string
  storedAs: string
  /** The schemas of all versions, by apiVersion. */
  schemas: ReadonlyMap<string, VersionSchema>
  /** Objects written at this revision or later are in the form of the present schemas. */
  currentSince: number
  convert: ConvertObjects
}

export function customConversion(options: CustomConversionOptions): Conversion {
  const { apiVersion, storedAs, schemas, currentSince, convert } = options
  const conformed = (object: AnyObject): AnyObject => {
    const schema = schemas.get(object.apiVersion ?? '')
    return schema === undefined ? object : conformStored(object, schema)
  }
  return {
    needed: (stored, revision) => stored !== apiVersion || (revision !== undefined && revision < currentSince),
    async fromStored(objects) {
      for (const object of objects) {
        conformed(object)
        applySchemaDefaults(object, schemas.get(object.apiVersion ?? '')?.structural)
      }
      const foreign = objects.filter((object) => object.apiVersion !== apiVersion)
      if (foreign.length === 0) return [...objects]
      const converted = (await convert(foreign, apiVersion)).map(conformed).values()
      return objects.map((object) => (object.apiVersion === apiVersion ? object : (converted.next().value ?? object)))
    },
    async toStored(object) {
      if (storedAs === apiVersion) return object
      const [converted] = await convert([structuredClone(object)], storedAs)
      return converted === undefined ? object : conformed(converted)
    },
  }
}
