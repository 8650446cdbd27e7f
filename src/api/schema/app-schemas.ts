/** The schema of Naru's own kind, field by field as in ../app-types.ts. */
import { CONDITIONS, INT32, INT64, keyedList, list, OBJECT_FIELDS, object, required, STRING } from './fields.ts'
import type { SchemaSet } from './schema.ts'

export const appSchemas: SchemaSet = {
  App: {
    id: 'dev.naru.apps.v1.App',
    kinds: ['apps.naru.dev/v1/App'],
    fields: { ...OBJECT_FIELDS, spec: required(object('AppSpec')), status: object('AppStatus') },
  },
  AppSpec: {
    id: 'dev.naru.apps.v1.AppSpec',
    fields: {
      image: required(STRING),
      command: list(STRING),
      args: list(STRING),
      // Not defaulted: a port may be given as PORT in `env`, and replicas left out are `kubectl scale`'s to set.
      port: INT32,
      replicas: INT32,
      env: keyedList(object('EnvVar'), 'name'),
      resources: object('ResourceRequirements'),
      hosts: list(STRING),
    },
  },
  AppStatus: {
    id: 'dev.naru.apps.v1.AppStatus',
    fields: {
      observedGeneration: INT64,
      conditions: CONDITIONS,
      url: STRING,
      replicas: INT32,
      readyReplicas: INT32,
      servingImage: STRING,
    },
  },
}
