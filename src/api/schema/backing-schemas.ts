/** The schemas of Resource and Provisioner, field by field as in ../backing-types.ts. */
import { DEFAULT_CLASS } from '../backing-types.ts'
import {
  CONDITIONS,
  INT64,
  keyedList,
  list,
  map,
  OBJECT_FIELDS,
  object,
  required,
  STRING,
  withDefault,
} from './fields.ts'
import type { FieldSchema, SchemaSet } from './schema.ts'

const JSON_VALUE: FieldSchema = { type: 'any', schema: 'JSON' }
const CLASS = withDefault(STRING, DEFAULT_CLASS)

export const backingSchemas: SchemaSet = {
  BackingResource: {
    id: 'dev.naru.apps.v1.Resource',
    kinds: ['apps.naru.dev/v1/Resource'],
    fields: {
      ...OBJECT_FIELDS,
      spec: required(object('BackingResourceSpec')),
      status: object('BackingResourceStatus'),
    },
  },
  BackingResourceSpec: {
    id: 'dev.naru.apps.v1.ResourceSpec',
    fields: { type: required(STRING), class: CLASS, params: map(JSON_VALUE), image: STRING },
  },
  BackingResourceStatus: {
    id: 'dev.naru.apps.v1.ResourceStatus',
    fields: {
      observedGeneration: INT64,
      conditions: CONDITIONS,
      binding: object('LocalObjectReference'),
      environment: keyedList(object('ResourceVariable'), 'name'),
      volume: object('ResourceVolume'),
    },
  },
  ResourceVariable: {
    id: 'dev.naru.apps.v1.ResourceVariable',
    fields: { name: required(STRING), key: required(STRING) },
  },
  ResourceVolume: {
    id: 'dev.naru.apps.v1.ResourceVolume',
    fields: { claimName: required(STRING), mountPath: required(STRING) },
  },
  Provisioner: {
    id: 'dev.naru.apps.v1.Provisioner',
    kinds: ['apps.naru.dev/v1/Provisioner'],
    fields: { ...OBJECT_FIELDS, spec: required(object('ProvisionerSpec')) },
  },
  ProvisionerSpec: {
    id: 'dev.naru.apps.v1.ProvisionerSpec',
    fields: {
      type: required(STRING),
      class: CLASS,
      description: STRING,
      controller: STRING,
      image: STRING,
      server: object('ProvisionerServer'),
      params: map(object('ProvisionerParam')),
      outputs: map(STRING),
      secret: STRING,
      environment: map(STRING),
      volume: object('ResourceVolume'),
      commands: object('ProvisionerCommands'),
      manifests: list(JSON_VALUE),
    },
  },
  ProvisionerServer: {
    id: 'dev.naru.apps.v1.ProvisionerServer',
    fields: { name: required(STRING), packages: list(STRING), command: list(STRING) },
  },
  ProvisionerCommands: {
    id: 'dev.naru.apps.v1.ProvisionerCommands',
    fields: {
      environment: map(STRING),
      container: STRING,
      shell: list(STRING),
      dump: object('ProvisionerDump'),
      noDump: STRING,
    },
  },
  ProvisionerDump: {
    id: 'dev.naru.apps.v1.ProvisionerDump',
    fields: {
      extension: required(STRING),
      write: required(list(STRING)),
      check: required(list(STRING)),
      restore: required(list(STRING)),
    },
  },
  ProvisionerParam: {
    id: 'dev.naru.apps.v1.ProvisionerParam',
    fields: { default: JSON_VALUE, optional: { type: 'boolean' }, fixed: { type: 'boolean' }, description: STRING },
  },
}
