import { describe, expect, it } from 'vitest'
import type { BackingResource, k8s } from '../../api/index.ts'
import { releaseOf } from '../testing.ts'
import { bindingsOf } from './bound.ts'
import { withBindings } from './project.ts'

const resourceOf = (name: string, status: BackingResource['status'], generation = 1): [string, BackingResource] => [
  name,
  { metadata: { name, generation }, spec: { type: 'thing' }, status },
]
const ready: k8s.Condition = { type: 'Ready', status: 'True', reason: 'R', message: '', lastTransitionTime: '' }
const binding = { name: 's' }
const release = releaseOf(1, { bindings: [{ resource: 'db', prefix: 'A_' }] })

describe('a release is held', () => {
  it.each<[string, BackingResource['status'] | null, missing: boolean, waiting: boolean]>([
    ['by a Resource that is not there', null, true, true],
    ['by one that has said nothing', undefined, true, true],
    [
      'by one that is not ready',
      { binding, conditions: [{ ...ready, status: 'False' }], observedGeneration: 1 },
      false,
      true,
    ],
    ['by one that was ready as it was before', { binding, conditions: [ready], observedGeneration: 0 }, false, true],
    ['not by one that is ready', { binding, conditions: [ready], observedGeneration: 1 }, false, false],
  ])('%s', (_, status, missing, waiting) => {
    const found = bindingsOf(release, new Map(status === null ? [] : [resourceOf('db', status)]))
    expect([found.missing !== undefined, found.waiting !== undefined]).toEqual([missing, waiting])
  })
})

describe('the variables of a binding', () => {
  const environment = [
    { name: 'URL', key: 'uri' },
    { name: 'HOST', key: 'host' },
  ]
  const variablesOf = (spec: Parameters<typeof releaseOf>[1]) =>
    bindingsOf(releaseOf(1, spec), new Map([resourceOf('db', { binding, environment, conditions: [ready] })])).bound[0]
      ?.variables
  it('are those of the Resource with the prefix, and the app’s own without', () => {
    const variables = [{ name: 'DB_NAME', key: 'database' }]
    expect(variablesOf({ bindings: [{ resource: 'db', prefix: 'A_', variables }] })).toEqual([
      { name: 'A_URL', key: 'uri' },
      { name: 'A_HOST', key: 'host' },
      { name: 'DB_NAME', key: 'database' },
    ])
  })
  it('give way to what was set by hand', () => {
    expect(variablesOf({ bindings: [{ resource: 'db' }], configurationVariables: ['URL', 'OTHER'] })).toEqual([
      { name: 'HOST', key: 'host' },
    ])
  })
})

describe('what pods are given', () => {
  const bound = (name: string, prefix = '') => ({
    name,
    secret: `${name}-s`,
    variables: [{ name: `${prefix}URL`, key: 'uri' }],
  })
  const template = (env: k8s.EnvVar[] = []): k8s.PodTemplateSpec => ({
    spec: {
      containers: [
        { name: 'app', image: 'i', env },
        { name: 'beside', image: 'i' },
      ],
    },
  })
  const containersOf = (given: k8s.PodTemplateSpec) => given.spec?.containers ?? []

  it('is nothing without bindings', () => expect(withBindings(template(), [])).toEqual(template()))

  it('goes to the app alone, under the names it has, and no name twice', () => {
    const own = { name: 'URL', value: 'own' }
    const [app, beside] = containersOf(withBindings(template([own]), [bound('a'), bound('b', 'B_'), bound('c', 'B_')]))
    expect(beside).toEqual({ name: 'beside', image: 'i' })
    expect(app?.env).toEqual([
      own,
      { name: 'SERVICE_BINDING_ROOT', value: '/bindings' },
      { name: 'B_URL', valueFrom: { secretKeyRef: { name: 'b-s', key: 'uri' } } },
    ])
    expect(app?.volumeMounts?.map(({ mountPath, readOnly }) => [mountPath, readOnly])).toEqual([
      ['/bindings/a', true],
      ['/bindings/b', true],
      ['/bindings/c', true],
    ])
  })
})
