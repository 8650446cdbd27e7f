/** One version of a CustomResourceDefinition as the API server serves it. */
import type { JsonObject, Resource } from '../../../api/index.ts'
import { applySchemaDefaults, typeOfStructural } from '../../../api/machinery.ts'
import type { KindModel } from '../../kinds/kind-model.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import type { KindVersions } from '../../registry/with-conversions.ts'
import type { ServedKind } from '../../routing/resource-catalog.ts'
import type { ConversionServices } from '../conversion/conversion-services.ts'
import { type ConvertObjects, converterOf } from '../conversion/convert-objects.ts'
import { customConversion } from '../conversion/custom-conversion.ts'
import { type Definition, isTrue, storageVersion, type Version } from '../definition/definition.ts'
import { customResource } from './custom-resource.ts'
import { customStrategy } from './custom-strategy.ts'
import { conformStored, decodeCustom } from './decode-custom.ts'
import { deprecationWarnings } from './deprecation.ts'
import { printerOf } from './printer.ts'
import { scaleModelOf } from './scale-paths.ts'
import { selectableFieldsOf } from './selectable-fields.ts'
import { validateCustom } from './validate-custom.ts'
import { VersionSchema } from './version-schema.ts'

export interface CustomKindOptions extends ConversionServices {
  /** Objects written at this revision or later are in the form of the present schemas. */
  currentSince: number
  /** Aborts when the kind is not served this way any more. */
  retired: AbortSignal
}

/** All served versions of a definition. */
export function customKinds(definition: Definition, options: CustomKindOptions): ServedKind[] {
  const { group, versions } = definition.spec
  const schemas = new Map(versions.map((version) => [`${group}/${version.name}`, new VersionSchema(version)]))
  return versions
    .filter(({ served }) => served)
    .map((version) => {
      const resource = customResource(definition, version)
      return { resource, model: customModel(resource, { definition, version, schemas, options }) }
    })
}

interface Source {
  definition: Definition
  version: Version
  schemas: ReadonlyMap<string, VersionSchema>
  options: CustomKindOptions
}

function customModel(resource: Resource, source: Source): KindModel {
  const { definition, version, schemas, options } = source
  const { group, plural, kind } = resource
  const apiVersion = `${group}/${version.name}`
  const storedAs = `${group}/${storageVersion(definition)}`
  const schema = schemas.get(apiVersion) ?? new VersionSchema(version)
  const scale = version.subresources?.scale
  const selectableFields = selectableFieldsOf(version)
  const warnings = deprecationWarnings(definition, version)
  const convert = converterOf(definition.spec.conversion, options)
  const rules = { resource, schema, scale }
  return {
    strategy: customStrategy(resource, {
      hasStatus: version.subresources?.status !== undefined,
      isTerminating: isTrue(definition, 'Terminating'),
    }),
    decode: (value, decodeOptions) => decodeCustom(resource, schema, value, decodeOptions),
    applyDefaults: (object) => applySchemaDefaults(object, schema.structural),
    validate: (object, old, part, warn) => validateCustom(rules, { object, old, warn }, part),
    strategicMerge: false,
    get type() {
      return typeOfStructural(schema.structural)
    },
    versions: versionsOf(source, convert),
    storage: { group, plural, apiVersion: storedAs, kind },
    conversion: customConversion({
      apiVersion,
      storedAs,
      schemas,
      currentSince: options.currentSince,
      convert,
    }),
    printer: printerOf(version),
    selectableFields,
    ...(scale && { scale: scaleModelOf(scale) }),
    ...(warnings.length > 0 && { warnings }),
    retired: options.retired,
    custom: { schema: version.schema?.openAPIV3Schema },
  }
}

/** Owners may speak of an object in any of its versions. */
function versionsOf({ definition, schemas }: Source, convert: ConvertObjects): KindVersions {
  const conformed = (object: JsonObject, apiVersion: string): JsonObject => {
    const schema = schemas.get(apiVersion)
    return schema === undefined ? object : conformStored(object, schema)
  }
  const asksWebhook = definition.spec.conversion?.strategy === 'Webhook'
  return {
    typeOf: (apiVersion) => {
      const schema = schemas.get(apiVersion)
      return schema && typeOfStructural(schema.structural)
    },
    convert: (object, apiVersion) => {
      const copy = structuredClone(object)
      if (!asksWebhook) return conformed({ ...copy, apiVersion }, apiVersion)
      return convert([copy as AnyObject], apiVersion).then(([converted]) => conformed(converted ?? copy, apiVersion))
    },
  }
}
