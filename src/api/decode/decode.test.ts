import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  configmaps,
  deployments,
  events,
  nodes,
  pods,
  secrets,
  horizontalpodautoscalers,
} from '../generated/resources.ts'
import { allResources } from '../registry.ts'
import { isApiError } from '../status.ts'
import { decodeObject } from './index.ts'

const message = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    expect(isApiError(error, 'BadRequest')).toBe(true)
    return (error as Error).message
  }
  return ''
}

describe('wrong types', () => {
  const prefix = 'Deployment in version "v1" cannot be handled as a Deployment: '
  test.each([
    [[], 'json: cannot unmarshal array into Go value of type v1.Deployment'],
    [
      { spec: { strategy: { type: 7 } } },
      'json: cannot unmarshal number into Go struct field DeploymentStrategy.spec.strategy.type of type v1.DeploymentStrategyType',
    ],
    [
      { metadata: { creationTimestamp: 7 } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
    ],
    [
      { spec: { replicas: 'x' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: { replicas: 1.5 } },
      'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: { replicas: 3e9 } },
      'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: { paused: 1 } },
      'json: cannot unmarshal number into Go struct field DeploymentSpec.spec.paused of type bool',
    ],
    [
      { spec: { selector: [] } },
      'json: cannot unmarshal array into Go struct field DeploymentSpec.spec.selector of type v1.LabelSelector',
    ],
    [
      { spec: { template: { spec: { containers: {} } } } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      { metadata: { creationTimestamp: 'yesterday' } },
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ],
  ])('%j is refused in the words of Go', (value, why) => {
    expect(message(() => decodeObject(deployments, value))).toBe(prefix + why)
  })

  it.each([
    [
      { kind: 'Pod' },
      'Pod in version "v1" cannot be handled as a Deployment: no kind "Pod" is registered for version "apps/v1" in',
    ],
    [
      { apiVersion: 'v1' },
      'Deployment in version "v1" cannot be handled as a Deployment: no kind "Deployment" is registered for version "v1" in',
    ],
    [
      { kind: 'Pod', apiVersion: 'v1' },
      'Pod in version "v1" cannot be handled as a Deployment: converting (v1.Pod) to (apps.Deployment): unknown conversion',
    ],
  ])('refuses another kind, and another version: %j', (value, why) => {
    expect(message(() => decodeObject(deployments, value))).toContain(why)
  })

  it('refuses a version of its kind that the path does not name', () => {
    const value = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler' }
    expect(message(() => decodeObject(horizontalpodautoscalers, value))).toBe(
      'the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2)',
    )
  })

  it('refuses what is no base64', () => {
    expect(message(() => decodeObject(secrets, { data: { a: 'no!' } }))).toContain(
      'illegal base64 data at input byte 2',
    )
  })

  it('refuses what nests too deeply, instead of exhausting the stack', () => {
    let value: unknown = {}
    for (let depth = 0; depth < 5000; depth += 1) value = { deeper: value }
    const raw = { metadata: { managedFields: [{ fieldsV1: value }] } }
    expect(message(() => decodeObject(pods, raw))).toContain('exceeded max depth')
  })
})

describe('unknown fields', () => {
  const value = { metadata: { name: 'a' }, spec: { foo: 1, containers: [{ name: 'c', bar: 2 }] } }

  it('are dropped', () => {
    const { object, warnings } = decodeObject(pods, value)
    expect(object).toEqual({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'c' }] },
    })
    expect(warnings).toEqual([])
  })

  it('are warned of', () => {
    expect(decodeObject(pods, value, { fieldValidation: 'Warn' }).warnings).toEqual([
      'unknown field "spec.foo"',
      'unknown field "spec.containers[0].bar"',
    ])
  })

  it('are refused when strict', () => {
    expect(message(() => decodeObject(pods, value, { fieldValidation: 'Strict' }))).toBe(
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo", unknown field "spec.containers[0].bar"',
    )
  })

  it('named like what every object inherits are unknown too', () => {
    expect(decodeObject(pods, { constructor: {}, toString: 1 }, { fieldValidation: 'Warn' }).warnings).toHaveLength(2)
  })
})

it('brings values into the form the API keeps', () => {
  const { object } = decodeObject(nodes, {
    metadata: { name: 'n', creationTimestamp: '2024-05-01T12:00:00.7+02:00', labels: null },
    status: { capacity: { cpu: 0.5, memory: '2048Ki' }, conditions: null },
  })
  expect(object).toMatchObject({
    metadata: { creationTimestamp: '2024-05-01T10:00:00Z' },
    status: { capacity: { cpu: '500m', memory: '2Mi' } },
  })
  expect(object.metadata).not.toHaveProperty('labels')
  expect(decodeObject(events, { eventTime: '2024-05-01T12:00:00.1Z' }).object).toMatchObject({
    eventTime: '2024-05-01T12:00:00.100000Z',
  })
})

it('keeps map keys that would be prototypes as mere keys', () => {
  const { object } = decodeObject(configmaps, JSON.parse('{"data":{"__proto__":"a","constructor":"b"}}'))
  expect(JSON.stringify(object)).toContain('"data":{"__proto__":"a","constructor":"b"}')
})

it('decodes or refuses any JSON for any kind, and decodes what it decoded to the same', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...allResources),
      fc.dictionary(fc.constantFrom('spec', 'metadata', 'status', 'data'), fc.jsonValue()),
      (resource, value) => {
        try {
          const { object } = decodeObject(resource, value)
          expect(decodeObject(resource, object, { fieldValidation: 'Strict' }).object).toEqual(object)
        } catch (error) {
          expect(isApiError(error, 'BadRequest')).toBe(true)
        }
      },
    ),
  )
})

describe('zero values', () => {
  const decoded = (resource: Parameters<typeof decodeObject>[0], value: object) => decodeObject(resource, value).object

  it('go where Go leaves them out', () => {
    expect(
      decoded(configmaps, {
        metadata: { name: 'a', labels: {}, annotations: {}, finalizers: [] },
        data: {},
        binaryData: {},
      }),
    ).toEqual({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } })
    const container = {
      name: 'c',
      image: 'i',
      env: [],
      args: [],
      stdin: false,
      workingDir: '',
      resources: { limits: {} },
    }
    expect(
      decoded(pods, { spec: { nodeSelector: {}, hostNetwork: false, nodeName: '', containers: [container] } }),
    ).toEqual({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: {},
      spec: { containers: [{ name: 'c', image: 'i', resources: {} }] },
    })
  })

  it('stay where Go tells them from none, and where it always writes them', () => {
    const spec = {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [{ name: 'c', securityContext: { runAsUser: 0, privileged: false } }],
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
    }
    expect(decoded(pods, { spec })).toMatchObject({ spec })
    expect(decoded(deployments, { spec: { replicas: 0, selector: {} } })).toMatchObject({
      spec: { replicas: 0, selector: {} },
    })
    expect(decoded(configmaps, { immutable: false, data: { a: '' } })).toMatchObject({
      immutable: false,
      data: { a: '' },
    })
  })
})
