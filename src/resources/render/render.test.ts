import { describe, expect, it, test } from 'vitest'
import type { BackingResource, k8s, Provisioner } from '../../api/index.ts'
import { fill, placeholdersIn } from './fill.ts'
import { paramsOf } from './params.ts'
import { render, secretNames } from './render.ts'

describe('placeholders', () => {
  const values: Record<string, unknown> = { name: 'db', count: 3, list: [1], nothing: null }
  const lookup = (name: string) => (Object.hasOwn(values, name) ? { value: values[name] } : ('unknown' as const))
  test.each<[string, value: unknown, filled: unknown]>([
    ['within a text', { a: ['${name}-${count}'] }, { a: ['db-3'] }],
    ['alone have their own type', { a: '${count}', b: '${list}' }, { a: 3, b: [1] }],
    ['of nothing are left out', { a: '${nothing}', b: 'x${nothing}' }, { b: 'x' }],
    ['with two dollars are none', '$${name} $${', '${name} ${'],
    ['are of braces alone', '$name $(name) ${', '$name $(name) ${'],
    ['leave all else', { a: 1, b: true, c: [] }, { a: 1, b: true, c: [] }],
  ])('%s', (_, value, filled) => expect(fill(value, lookup, 'm')).toEqual(filled))
  test.each([
    [{ spec: { a: [{}, { b: '${nmae}' }] } }, 'm.spec.a[1].b: there is no placeholder ${nmae}'],
    ['a ${list}', 'm: ${list} is no text and must stand alone'],
    ['${__proto__}', 'm: there is no placeholder ${__proto__}'],
  ])('%j is refused', (value, message) => expect(() => fill(value, lookup, 'm')).toThrow(message))
  it('are found', () => expect(placeholdersIn({ a: ['${a} ${b}', '$${c}'], d: 1 })).toEqual(['a', 'b']))
})

const resourceOf = (spec: Partial<BackingResource['spec']> = {}): BackingResource => ({
  metadata: { name: 'db', namespace: 'shop', uid: 'u' },
  spec: { type: 'thing', ...spec },
})
const provisionerOf = (spec: Partial<Provisioner['spec']>): Provisioner => ({
  metadata: { name: 'thing' },
  spec: { type: 'thing', ...spec },
})

describe('parameters', () => {
  const provisioner = provisionerOf({
    params: { text: { default: '15' }, number: { default: 1 }, flag: { default: false }, maybe: { optional: true } },
  })
  test.each([
    [{}, { text: '15', number: 1, flag: false, maybe: null }],
    [
      { text: 16, number: '2', flag: 'true', maybe: { any: 'thing' } },
      { text: '16', number: 2, flag: true, maybe: { any: 'thing' } },
    ],
  ])('%j', (params, expected) => expect(paramsOf(resourceOf({ params }), provisioner)).toEqual(expected))
  test.each([
    [{ size: 1 }, 'thing has no parameter "size"; its parameters: flag, maybe, number, text'],
    [{ number: 'many' }, 'the parameter "number" must be a number, like 1'],
    [{ text: {} }, 'the parameter "text" must be a string, like "15"'],
  ])('%j is refused', (params, message) => expect(() => paramsOf(resourceOf({ params }), provisioner)).toThrow(message))
  it('without a default are asked for', () =>
    expect(() => paramsOf(resourceOf(), provisionerOf({ params: { secret: {} } }))).toThrow(
      'thing needs the parameter "secret"',
    ))
})

const manifest = (kind: string, more: object) => ({ apiVersion: 'v1', kind, metadata: { name: '${name}' }, ...more })
const rendered = (spec: Partial<Provisioner['spec']>, resource = resourceOf()) =>
  render({ resource, provisioner: provisionerOf(spec), secrets: { password: 'p', cookie: 'c' } })
const textOf = (object: unknown, key: string) =>
  Buffer.from((object as k8s.Secret).data?.[key] ?? '', 'base64').toString()

describe('the objects of a Resource', () => {
  it('are filled, marked as its own, and in its namespace', () => {
    const config = manifest('ConfigMap', { data: { at: '${namespace}/${binding}', image: '${image}' } })
    const [, object] = rendered({ manifests: [config], image: 'given' }).objects
    expect(object).toMatchObject({
      kind: 'ConfigMap',
      metadata: {
        name: 'db',
        namespace: 'shop',
        labels: { 'apps.naru.dev/resource': 'db' },
        ownerReferences: [{ kind: 'Resource', name: 'db', uid: 'u' }],
      },
      data: { at: 'shop/db-binding', image: 'given' },
    })
    const [, other] = rendered({ manifests: [config], image: 'given' }, resourceOf({ image: 'own' })).objects
    expect(other).toMatchObject({ data: { image: 'own' } })
  })

  it('have outputs that are made of one another, and leave out what is empty', () => {
    const outputs = {
      uri: '${outputs.host}/${outputs.path}',
      host: 'h',
      path: '${params.path}',
      none: '${params.none}',
    }
    const params = { path: { default: 'p' }, none: { optional: true } }
    const { objects, environment } = rendered({ outputs, params, environment: { URL: 'uri', NONE: 'none' } })
    expect(textOf(objects[0], 'uri')).toBe('h/p')
    expect(Object.keys((objects[0] as k8s.Secret).data ?? {}).toSorted()).toEqual([
      'host',
      'path',
      'provider',
      'type',
      'uri',
    ])
    expect(environment).toEqual([{ name: 'URL', key: 'uri' }])
  })

  it('are made, or refused, at once, however often outputs are made of one another', () => {
    const of = (text: (next: string) => string) =>
      Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`o${index}`, text(`\${outputs.o${index + 1}}`)]))
    const config = manifest('ConfigMap', { data: { alone: '${outputs.o0}', within: 'x${outputs.o0}' } })
    const [, object] = rendered({
      manifests: [config],
      outputs: { ...of((next) => `${next}${next}`), o60: '' },
    }).objects
    expect(object).toHaveProperty('data', { within: 'x' })
    expect(() => rendered({ outputs: { ...of((next) => `${next}${next}`), o60: 'x' } })).toThrow(
      /outputs\.o\d+: becomes longer than any object of Kubernetes may be$/,
    )
  })

  it('have secrets in Secrets alone, whatever way they come', () => {
    const outputs = { password: '${secret.password}', uri: 'u:${outputs.password}' }
    const secret = manifest('Secret', { stringData: { conf: 'pass ${outputs.uri} ${secret.cookie}' } })
    const { objects } = rendered({ outputs, manifests: [secret] })
    expect(textOf(objects[0], 'uri')).toBe('u:p')
    expect(textOf(objects[1], 'conf')).toBe('pass u:p c')
    expect(secretNames(provisionerOf({ outputs, manifests: [secret] }))).toEqual(['cookie', 'password'])
    for (const text of ['${secret.password}', '${outputs.password}', 'x ${outputs.uri}'])
      expect(() => rendered({ outputs, manifests: [manifest('ConfigMap', { data: { text } })] })).toThrow(
        /^manifests\[0\] \(ConfigMap\)\.data\.text: .* may stand in Secrets only; name \$\{binding\}$/,
      )
  })

  test.each<[string, Partial<Provisioner['spec']>, string]>([
    ['a circle', { outputs: { a: '${outputs.b}', b: '${outputs.a}' } }, 'outputs go round in a circle: a → b → a'],
    ['an unknown output', { outputs: { a: '${outputs.b}' } }, 'outputs.a: there is no placeholder ${outputs.b}'],
    [
      'an unknown parameter',
      { manifests: [manifest('Service', { spec: { ports: [{ port: '${params.port}' }] } })] },
      'manifests[0] (Service).spec.ports[0].port: there is no placeholder ${params.port}',
    ],
    [
      'no image',
      { manifests: [manifest('Service', { spec: { image: '${image}' } })] },
      'manifests[0] (Service).spec.image: spec.image: thing needs an image, and its Provisioner names none',
    ],
  ])('%s is refused', (_, spec, message) => expect(() => rendered(spec)).toThrow(message))

  it('are none where the user names a Secret', () => {
    const spec = { secret: '${params.secret}', params: { secret: {} }, environment: { URL: 'uri' } }
    expect(rendered(spec, resourceOf({ params: { secret: 'mine' } }))).toEqual({
      objects: [],
      binding: 'mine',
      isBindingGiven: true,
      environment: [{ name: 'URL', key: 'uri' }],
      volume: undefined,
    })
  })

  it('leave what they keep when it is retained', () => {
    const params = { retain: { default: false } }
    const manifests = [manifest('PersistentVolumeClaim', {}), manifest('Service', {})]
    const owned = (retain: boolean) =>
      rendered({ params, manifests }, resourceOf({ params: { retain } })).objects.map(
        ({ metadata }) => metadata.ownerReferences !== undefined,
      )
    expect(owned(false)).toEqual([true, true, true])
    expect(owned(true)).toEqual([true, false, true])
  })
})

describe('backups', () => {
  const commands = {
    environment: { HOST: 'host' },
    dump: { extension: 'sql', write: ['dump'], check: ['check', 'it'], restore: ['restore'] },
  }
  const params = { backup: { default: 'off' }, backupsKept: { default: 3 }, backupStorage: { default: '2Gi' } }
  const madeOf = (backup: string, spec: Partial<Provisioner['spec']> = {}) =>
    rendered({ params, commands, image: 'i', outputs: { host: 'h' }, ...spec }, resourceOf({ params: { backup } }))
      .objects.slice(1)
      .map((object) => object as k8s.CronJob)

  it('are none while they are off, or where nothing says how a dump is made', () => {
    expect(madeOf('off')).toEqual([])
    expect(madeOf('daily', { commands: {} })).toEqual([])
  })

  test.each([
    ['daily', '0 3 * * *'],
    ['hourly', '0 * * * *'],
    ['30 4 * * 1', '30 4 * * 1'],
  ])('%s is a schedule', (backup, schedule) => expect(madeOf(backup)[1]?.spec?.schedule).toBe(schedule))

  it('are written, checked and kept one after the other, in a volume of their own, by pods that are no servers', () => {
    const [claim, cronJob] = madeOf('daily')
    expect(claim).toMatchObject({
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'db-backups', labels: { 'apps.naru.dev/resource': 'db' }, ownerReferences: [{ uid: 'u' }] },
      spec: { resources: { requests: { storage: '2Gi' } } },
    })
    const template = cronJob?.spec?.jobTemplate.spec?.template
    expect(template?.metadata?.labels).toMatchObject({ 'apps.naru.dev/backup-of': 'db' })
    expect(template?.metadata?.labels).not.toHaveProperty('apps.naru.dev/resource')
    const { initContainers = [], containers = [] } = template?.spec ?? {}
    expect(
      [...initContainers, ...containers].map(({ name, image, command = [] }) => [name, image, command.slice(4)]),
    ).toEqual([
      ['write', 'i', ['dump']],
      ['check', 'i', ['check', 'it']],
      ['keep', 'i', ['sql', '3']],
    ])
    expect(initContainers[0]?.env).toContainEqual({
      name: 'HOST',
      valueFrom: { secretKeyRef: { name: 'db-binding', key: 'host', optional: true } },
    })
  })
})
