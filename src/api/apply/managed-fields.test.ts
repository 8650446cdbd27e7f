import { describe, expect, it, test } from 'vitest'
import { applyDefaults } from '../defaults/index.ts'
import { type JsonObject, decodeObject } from '../decode/index.ts'
import { deployments, pods, services } from '../generated/resources.ts'
import { apiVersionOf, type Resource } from '../resource.ts'
import { schemaFor } from '../schema/index.ts'
import { type ApiError } from '../status.ts'
import { typeOfSchema } from './builtin-type.ts'
import { recursiveDifference, setOfPaths } from './field-set.ts'
import { applyObject, type ApplyOptions } from './managers/apply-object.ts'
import { trackUpdate } from './managers/track-update.ts'

const TIME = '2026-01-01T00:00:00Z'
const LATER = '2026-01-02T00:00:00Z'

const optionsOf = (resource: Resource, manager: string, more: Partial<ApplyOptions> = {}): ApplyOptions => ({
  type: typeOfSchema(schemaFor(resource)),
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
  manager,
  subresource: '',
  time: TIME,
  force: false,
  ...more,
})

interface Container {
  name: string
  image?: string
  workingDir?: string
}

/** What the tests look at of a deployment. */
interface Loose extends JsonObject {
  metadata: {
    labels: Record<string, string>
    annotations: Record<string, string>
    managedFields: Partial<Entry & { fieldsType: string; apiVersion: string }>[]
  }
  spec: { replicas?: number; paused?: boolean; template: { spec: { containers: [Container, ...Container[]] } } }
  status?: object
}

/** As the server takes an object: decoded, with defaults. */
function taken(resource: Resource, value: object): JsonObject {
  const { object } = decodeObject(resource, structuredClone(value))
  applyDefaults(resource, object)
  return object as unknown as JsonObject
}

function create(resource: Resource, value: object, manager: string): JsonObject {
  const object = taken(resource, value)
  trackUpdate(undefined, object, optionsOf(resource, manager))
  return { ...object, metadata: { ...(object['metadata'] as object), uid: '1' } }
}

function update(
  resource: Resource,
  live: JsonObject,
  change: (object: Loose) => void,
  options: Partial<ApplyOptions> & { manager: string },
): JsonObject {
  const object = structuredClone(live)
  change(object as Loose)
  trackUpdate(live, object, optionsOf(resource, options.manager, options))
  return object
}

const apply = (resource: Resource, live: JsonObject | undefined, config: object, options: Partial<ApplyOptions> = {}) =>
  taken(resource, applyObject(live, config as JsonObject, optionsOf(resource, options.manager ?? 'me', options)))

interface Entry {
  manager: string
  operation: string
  time?: string
  subresource?: string
  fieldsV1: unknown
}
const entries = (object: JsonObject): Entry[] =>
  ((object['metadata'] as JsonObject)['managedFields'] ?? []) as unknown as Entry[]
const ownersOf = (object: JsonObject) => entries(object).map(({ manager, operation }) => `${manager} ${operation}`)
const fieldsOf = (object: JsonObject, manager: string) => entries(object).find((e) => e.manager === manager)?.fieldsV1

function failure(run: () => unknown): ApiError['status'] {
  try {
    run()
  } catch (error) {
    return (error as ApiError).status
  }
  throw new Error('did not fail')
}

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'c', image: 'nginx', ports: [{ containerPort: 80 }] }] },
    },
  },
}
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
}
const config = (data: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', ...metadata },
  spec: { containers: [], ...data },
})

describe('what is recorded of a created object', () => {
  it('is what kubectl shows of a deployment in any cluster', () => {
    expect(entries(create(deployments, deployment, 'kubectl-create'))).toEqual([
      {
        manager: 'kubectl-create',
        operation: 'Update',
        apiVersion: 'apps/v1',
        time: TIME,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:progressDeadlineSeconds': {},
            'f:replicas': {},
            'f:revisionHistoryLimit': {},
            'f:selector': {},
            'f:strategy': {
              'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} },
              'f:type': {},
            },
            'f:template': {
              'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"c"}': {
                    '.': {},
                    'f:image': {},
                    'f:imagePullPolicy': {},
                    'f:name': {},
                    'f:ports': {
                      '.': {},
                      'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                    },
                    'f:resources': {},
                    'f:terminationMessagePath': {},
                    'f:terminationMessagePolicy': {},
                  },
                },
                'f:dnsPolicy': {},
                'f:restartPolicy': {},
                'f:schedulerName': {},
                'f:securityContext': {},
                'f:terminationGracePeriodSeconds': {},
              },
            },
          },
        },
      },
    ])
  })

  it('lists a service without what the server fills in later', () => {
    expect(fieldsOf(create(services, service, 'kubectl'), 'kubectl')).toEqual({
      'f:spec': {
        'f:internalTrafficPolicy': {},
        'f:ports': {
          '.': {},
          'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {}, 'f:targetPort': {} },
        },
        'f:selector': {},
        'f:sessionAffinity': {},
        'f:type': {},
      },
    })
  })
})

describe('updates', () => {
  const live = create(deployments, deployment, 'creator')
  const scaled = update(deployments, live, (o) => (o.spec.replicas = 3), { manager: 'scaler', time: LATER })

  it('move what they change to who updates, the oldest first', () => {
    expect(ownersOf(scaled)).toEqual(['creator Update', 'scaler Update'])
    expect(fieldsOf(scaled, 'scaler')).toEqual({ 'f:spec': { 'f:replicas': {} } })
    expect(fieldsOf(scaled, 'creator')).not.toHaveProperty(['f:spec', 'f:replicas'])
    expect(entries(scaled).map(({ time }) => time)).toEqual([TIME, LATER])
  })

  it('of a subresource are an entry of their own, without what the subresource cannot set', () => {
    const specFields = setOfPaths(['f:spec'])
    const filter = (set: Parameters<typeof recursiveDifference>[0]) => recursiveDifference(set, specFields)
    const change = (o: Loose) => {
      o.spec.replicas = 9
      o.status = { readyReplicas: 1 }
    }
    const result = update(deployments, scaled, change, { manager: 'scaler', subresource: 'status', filter })
    const own = entries(result).filter(({ manager }) => manager === 'scaler')
    expect(own.map(({ subresource, fieldsV1 }) => [subresource, fieldsV1])).toEqual([
      ['status', { 'f:status': { 'f:readyReplicas': {} } }],
      [undefined, { 'f:spec': { 'f:replicas': {} } }],
    ])
  })

  test.each([
    ['an empty list', []],
    ['one empty entry', [{}]],
  ])('with %s as managedFields forget who owns what', (_, managedFields) => {
    const reset = update(deployments, scaled, (o) => (o.metadata.managedFields = managedFields), { manager: 'x' })
    expect(reset['metadata']).not.toHaveProperty('managedFields')
    // And nothing is recorded until something is applied.
    const changed = update(deployments, reset, (o) => (o.spec.replicas = 7), { manager: 'x' })
    expect(changed['metadata']).not.toHaveProperty('managedFields')
  })

  test.each([
    ['no managedFields', (o: Loose) => Reflect.deleteProperty(o.metadata, 'managedFields')],
    ['an unknown operation', (o: Loose) => Object.assign(o.metadata.managedFields[0] ?? {}, { operation: 'Guess' })],
    ['a foreign format', (o: Loose) => Object.assign(o.metadata.managedFields[0] ?? {}, { fieldsType: 'FieldsV2' })],
    ['no version', (o: Loose) => delete o.metadata.managedFields[0]?.apiVersion],
    ['a malformed step', (o: Loose) => Object.assign(o.metadata.managedFields[0] ?? {}, { fieldsV1: { x: {} } })],
  ])('with %s keep those there are', (_, change) => {
    expect(update(deployments, scaled, change, { manager: 'x' })).toEqual(scaled)
  })

  it('may set other managers, whose steps are put into order', () => {
    const entry = {
      manager: 'm',
      operation: 'Update',
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:paused': {} }, 'q:unknown': {} },
    }
    const result = update(deployments, scaled, (o) => (o.metadata.managedFields = [entry]), { manager: 'x' })
    expect(JSON.stringify(fieldsOf(result, 'm'))).toBe('{"f:spec":{"f:paused":{},"f:replicas":{}}}')
  })

  it('by more than ten leave the oldest as one entry', () => {
    let object = live
    for (let i = 0; i < 12; i++)
      object = update(deployments, object, (o) => (o.metadata.labels[`l${i}`] = 'x'), {
        manager: `m${i}`,
        time: `2026-01-02T00:00:${String(i).padStart(2, '0')}Z`,
      })
    expect(entries(object)).toHaveLength(10)
    expect(entries(object)[0]).toMatchObject({ manager: 'ancient-changes', operation: 'Update' })
    expect(fieldsOf(object, 'ancient-changes')).toMatchObject({
      'f:metadata': { 'f:labels': { 'f:l0': {}, 'f:l2': {} } },
    })
  })
})

describe('apply', () => {
  const applied = apply(deployments, undefined, { ...deployment, spec: { ...deployment.spec, replicas: 2 } })

  it('owns what was said and no more', () => {
    expect(ownersOf(applied)).toEqual(['me Apply'])
    expect(fieldsOf(applied, 'me')).toEqual({
      'f:metadata': { 'f:labels': { 'f:app': {} } },
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:template': {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"c"}': {
                '.': {},
                'f:image': {},
                'f:name': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
              },
            },
          },
        },
      },
    })
  })

  it('refuses to take what someone else changed, names each field, and takes it when forced', () => {
    const live = update(deployments, applied, (o) => (o.spec.replicas = 5), { manager: 'kubectl-scale' })
    const wanted = { ...deployment, spec: { ...deployment.spec, replicas: 2 } }
    expect(failure(() => apply(deployments, live, wanted))).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "kubectl-scale" using apps/v1: .spec.replicas',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl-scale" using apps/v1',
            field: '.spec.replicas',
          },
        ],
      },
    })
    const forced = apply(deployments, live, wanted, { force: true })
    expect(forced['spec']).toMatchObject({ replicas: 2 })
    expect(ownersOf(forced)).toEqual(['me Apply'])
  })

  it('lists several conflicts by owner', () => {
    const change = (o: Loose) => {
      o.spec.replicas = 5
      o.spec.template.spec.containers[0].image = 'other'
    }
    const updated = update(deployments, applied, change, { manager: 'b' })
    const live = apply(
      deployments,
      updated,
      { ...minimal, metadata: { name: 'web', labels: { app: 'mine' } } },
      {
        manager: 'a',
        force: true,
      },
    )
    const wanted = { ...deployment, spec: { ...deployment.spec, replicas: 2 } }
    expect(failure(() => apply(deployments, live, wanted)).message).toBe(
      [
        'Apply failed with 3 conflicts: conflicts with "a":',
        '- .metadata.labels.app',
        'conflicts with "b" using apps/v1:',
        '- .spec.replicas',
        '- .spec.template.spec.containers[name="c"].image',
      ].join('\n'),
    )
  })

  it('of the same value shares the field, which goes when the last one drops it', () => {
    const labels = (value: Record<string, string>) => ({ ...minimal, metadata: { name: 'web', labels: value } })
    const shared = apply(deployments, applied, labels({ app: 'web', tier: 'x' }), { manager: 'other' })
    const dropped = apply(deployments, shared, labels({ tier: 'x' }), { manager: 'other' })
    expect(dropped['metadata']).toMatchObject({ labels: { app: 'web', tier: 'x' } })
    const gone = apply(deployments, dropped, labels({}), { manager: 'other' })
    expect((gone['metadata'] as JsonObject)['labels']).toEqual({ app: 'web' })
    expect(ownersOf(gone)).toEqual(['me Apply', 'other Apply'])
  })

  it('keeps an item of a list that others applied too, without the fields that were its own', () => {
    const theirs = structuredClone(minimal) as unknown as Loose
    theirs.spec = { template: { spec: { containers: [{ name: 'c', workingDir: '/w' }] } } }
    const live = apply(deployments, applied, theirs, { manager: 'other' })
    const wanted = structuredClone(deployment) as unknown as Loose
    wanted.spec.template.spec.containers = [{ name: 'd', image: 'x' }]
    const result = apply(deployments, live, wanted) as unknown as Loose
    expect(result.spec.template.spec.containers).toMatchObject([
      { name: 'c', workingDir: '/w' },
      { name: 'd', image: 'x' },
    ])
    expect(result.spec.template.spec.containers[0]).not.toHaveProperty('image')
  })

  it('takes an item of a list away even though others changed fields in it', () => {
    const change = (o: Loose) => (o.spec.template.spec.containers[0].workingDir = '/w')
    const live = update(deployments, applied, change, { manager: 'other' })
    const wanted = structuredClone(deployment) as unknown as Loose
    wanted.spec.template.spec.containers = [{ name: 'd', image: 'x' }]
    const result = apply(deployments, live, wanted) as unknown as Loose
    expect(result.spec.template.spec.containers.map(({ name }) => name)).toEqual(['d'])
    expect(ownersOf(result)).toEqual(['me Apply'])
  })

  it('does not date an apply that changes nothing', () => {
    const again = apply(
      deployments,
      applied,
      { ...deployment, spec: { ...deployment.spec, replicas: 2 } },
      { time: LATER },
    )
    expect(again).toEqual(applied)
  })

  it('of an object that nobody is known to own finds it owned by before-first-apply', () => {
    const live = taken(deployments, deployment)
    const result = apply(deployments, live, paused)
    expect(ownersOf(result)).toEqual(['me Apply', 'before-first-apply Update'])
  })

  it('drops entries of versions that are gone', () => {
    const entry = {
      manager: 'old',
      operation: 'Update',
      apiVersion: 'apps/v1beta1',
      fieldsType: 'FieldsV1',
      fieldsV1: {},
    }
    const live = structuredClone(applied) as unknown as Loose
    live.metadata.managedFields.push({ ...entry, fieldsV1: { 'f:spec': { 'f:replicas': {} } } })
    expect(ownersOf(apply(deployments, live, paused, { manager: 'other' }))).toEqual(['me Apply', 'other Apply'])
  })

  test.each([
    [{ ...deployment, kind: 'Pod' }, 400, 'invalid object type: apps/v1, Kind=Pod'],
    [{ ...deployment, apiVersion: undefined }, 400, 'invalid object type: /, Kind=Deployment'],
    [{ ...deployment, metadata: { name: 'web', managedFields: [] } }, 400, 'metadata.managedFields must be nil'],
    [
      { ...deployment, metadata: { name: 'web', namespace: 'ns' }, spec: { replicas: '3' } },
      500,
      'failed to create typed patch object (ns/web; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string',
    ],
    [
      { ...deployment, spec: { nope: 1 } },
      500,
      'failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.nope: field not declared in schema',
    ],
  ])('refuses what it cannot merge (%#)', (wanted, code, message) => {
    expect(failure(() => apply(deployments, applied, wanted))).toMatchObject({ code, message })
  })

  test.each([
    [{ containers: [{ name: 'a' }, { name: 'a' }] }, '.spec.containers: duplicate entries for key [name="a"]'],
    [
      { containers: [{ name: 'a', env: [{ name: 'A', value: 1 }] }] },
      '.spec.containers[name="a"].env[name="A"].value: expected string, got &value.valueUnstructured{Value:1}',
    ],
    [{ containers: { a: 'b' } }, '.spec.containers: expected list, got &{map[a:b]}'],
    [{ nodeSelector: ['a'] }, '.spec.nodeSelector: expected map, got &{[a]}'],
  ])('says where a configuration has the wrong shape (%#)', (data, message) => {
    expect(failure(() => apply(pods, undefined, config(data))).message).toBe(
      `failed to create typed patch object (/p; /v1, Kind=Pod): ${message}`,
    )
  })
})

const minimal = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }
const paused = { ...minimal, spec: { paused: true } }

describe('kubectl moving from client-side to server-side apply', () => {
  const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'
  const recorded = (object: object) => JSON.stringify(object)
  const v1 = { ...deployment, spec: { ...deployment.spec, replicas: 1 } }
  const live = create(
    deployments,
    { ...v1, metadata: { ...v1.metadata, annotations: { [ANNOTATION]: recorded(v1) } } },
    'kubectl-client-side-apply',
  )
  const wanted = { ...deployment, spec: { ...deployment.spec, replicas: 3 } }

  it('meets no conflict with its own record, which is kept up to date', () => {
    const result = apply(deployments, live, wanted, { manager: 'kubectl' }) as unknown as Loose
    expect(result.spec.replicas).toBe(3)
    expect(JSON.parse(result.metadata.annotations[ANNOTATION] ?? '')).toEqual(wanted)
  })

  it('meets one under any other name', () => {
    expect(failure(() => apply(deployments, live, wanted, { manager: 'helm' })).reason).toBe('Conflict')
  })

  it('meets one about what was changed since', () => {
    const changed = update(deployments, live, (o) => (o.spec.replicas = 8), { manager: 'other' })
    expect(failure(() => apply(deployments, changed, wanted, { manager: 'kubectl' })).message).toBe(
      'Apply failed with 1 conflict: conflict with "other" using apps/v1: .spec.replicas',
    )
  })
})
