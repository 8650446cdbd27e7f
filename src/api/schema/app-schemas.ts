/** The schemas of Naru's own kinds, field by field as in ../app-types.ts. */
import {
  BOOLEAN,
  CONDITIONS,
  INT32,
  INT64,
  keyedList,
  list,
  OBJECT_FIELDS,
  object,
  required,
  STRING,
} from './fields.ts'
import type { FieldSchema, SchemaSet } from './schema.ts'

const CONTENT: Readonly<Record<string, FieldSchema>> = {
  image: required(STRING),
  description: STRING,
  // Not defaulted: a port may be given as PORT in `env`.
  port: INT32,
  servicePorts: keyedList(object('AppServicePort'), 'name'),
  env: keyedList(object('EnvVar'), 'name'),
  configuration: STRING,
  configurationVariables: list(STRING),
  bindings: keyedList(object('AppBinding'), 'resource'),
  processes: keyedList(object('AppProcess'), 'name'),
  releaseStep: object('AppReleaseStep'),
}

export const appSchemas: SchemaSet = {
  App: {
    id: 'dev.naru.apps.v1.App',
    kinds: ['apps.naru.dev/v1/App'],
    fields: { ...OBJECT_FIELDS, spec: required(object('AppSpec')), status: object('AppStatus') },
  },
  AppSpec: {
    id: 'dev.naru.apps.v1.AppSpec',
    fields: {
      ...CONTENT,
      deployedAt: STRING,
      hosts: list(STRING),
      routes: list(object('AppRoute')),
      tls: object('AppTls'),
      maintenance: object('AppMaintenance'),
      traffic: list(object('AppTrafficTarget')),
    },
  },
  AppProcess: {
    id: 'dev.naru.apps.v1.AppProcess',
    fields: {
      name: required(STRING),
      command: list(STRING),
      args: list(STRING),
      env: keyedList(object('EnvVar'), 'name'),
      replicas: INT32,
      autoscaling: object('AppAutoscaling'),
      schedule: STRING,
      timeZone: STRING,
      resources: object('ResourceRequirements'),
      readinessProbe: object('Probe'),
      livenessProbe: object('Probe'),
      startupProbe: object('Probe'),
      volumes: keyedList(object('Volume'), 'name'),
      volumeMounts: keyedList(object('VolumeMount'), 'mountPath'),
      sidecars: keyedList(object('AppSidecar'), 'name'),
    },
  },
  AppSidecar: {
    id: 'dev.naru.apps.v1.AppSidecar',
    fields: {
      name: required(STRING),
      image: required(STRING),
      before: STRING,
      command: list(STRING),
      args: list(STRING),
      env: keyedList(object('EnvVar'), 'name'),
      resources: object('ResourceRequirements'),
      readinessProbe: object('Probe'),
      livenessProbe: object('Probe'),
      volumeMounts: keyedList(object('VolumeMount'), 'mountPath'),
    },
  },
  AppServicePort: {
    id: 'dev.naru.apps.v1.AppServicePort',
    fields: { name: required(STRING), port: required(INT32), targetPort: INT32, protocol: STRING },
  },
  AppBinding: {
    id: 'dev.naru.apps.v1.AppBinding',
    fields: { resource: required(STRING), prefix: STRING, variables: keyedList(object('ResourceVariable'), 'name') },
  },
  AppAutoscaling: {
    id: 'dev.naru.apps.v1.AppAutoscaling',
    fields: { minReplicas: INT32, maxReplicas: required(INT32), targetCpuPercent: INT32 },
  },
  AppReleaseStep: {
    id: 'dev.naru.apps.v1.AppReleaseStep',
    fields: { command: list(STRING), args: list(STRING), timeoutSeconds: INT32 },
  },
  AppRoute: {
    id: 'dev.naru.apps.v1.AppRoute',
    fields: {
      host: STRING,
      path: STRING,
      redirect: object('AppRedirect'),
      rewritePrefix: STRING,
      requestHeaders: object('AppHeaderChanges'),
      responseHeaders: object('AppHeaderChanges'),
    },
  },
  AppRedirect: { id: 'dev.naru.apps.v1.AppRedirect', fields: { to: required(STRING), status: INT32 } },
  AppHeaderChanges: {
    id: 'dev.naru.apps.v1.AppHeaderChanges',
    fields: {
      set: keyedList(object('AppHeader'), 'name'),
      add: keyedList(object('AppHeader'), 'name'),
      remove: list(STRING),
    },
  },
  AppHeader: { id: 'dev.naru.apps.v1.AppHeader', fields: { name: required(STRING), value: required(STRING) } },
  AppTls: {
    id: 'dev.naru.apps.v1.AppTls',
    fields: { redirect: BOOLEAN, certificates: list(object('AppCertificate')) },
  },
  AppCertificate: {
    id: 'dev.naru.apps.v1.AppCertificate',
    fields: { hosts: required(list(STRING)), secretName: required(STRING) },
  },
  AppMaintenance: { id: 'dev.naru.apps.v1.AppMaintenance', fields: { message: STRING } },
  AppTrafficTarget: {
    id: 'dev.naru.apps.v1.AppTrafficTarget',
    fields: { release: INT32, percent: required(INT32), tag: STRING },
  },
  AppStatus: {
    id: 'dev.naru.apps.v1.AppStatus',
    fields: {
      observedGeneration: INT64,
      conditions: CONDITIONS,
      url: STRING,
      replicas: INT32,
      readyReplicas: INT32,
      latestRelease: STRING,
      servingRelease: STRING,
      servingImage: STRING,
      traffic: list(object('AppTrafficStatus')),
    },
  },
  AppTrafficStatus: {
    id: 'dev.naru.apps.v1.AppTrafficStatus',
    fields: { release: required(STRING), number: required(INT32), percent: required(INT32), tag: STRING, url: STRING },
  },
  Release: {
    id: 'dev.naru.apps.v1.Release',
    kinds: ['apps.naru.dev/v1/Release'],
    fields: { ...OBJECT_FIELDS, spec: required(object('ReleaseSpec')), status: object('ReleaseStatus') },
  },
  ReleaseSpec: {
    id: 'dev.naru.apps.v1.ReleaseSpec',
    fields: { app: required(STRING), number: required(INT32), ...CONTENT },
  },
  ReleaseStatus: { id: 'dev.naru.apps.v1.ReleaseStatus', fields: { conditions: CONDITIONS } },
}
