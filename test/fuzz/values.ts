/** Values that look like what they should be, mostly, and are hostile in places: the material of all fuzzing. */
import * as fc from 'fast-check'
import { allResources, type Resource } from '../../src/api/index.ts'
import { allSchemas, type FieldSchema, findSchema } from '../../src/api/schema/index.ts'

/** Draws one value of an arbitrary. */
export type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T
type Value = Record<string, unknown>

/** What is built step by step, each step by what was drawn before. The generator is a new one for each value: fast-check
 *  keeps all that one has drawn for as long as it lives. */
export const drawing = <T>(build: (draw: Draw) => T): fc.Arbitrary<T> =>
  fc
    .constant(undefined)
    .chain(() => fc.gen().map((generate) => build((arbitrary) => generate(() => arbitrary) as never)))

const SMALL_TEXTS = [
  '',
  'a',
  'default',
  'kube-system',
  'A_b',
  'a.b/c',
  '-',
  '..',
  '%',
  '\u0000',
  '\ud800',
  '값',
  '__proto__',
  'constructor',
  'toString',
  '10.0.0.1',
  '::1',
  'None',
  'Always',
  'TCP',
  'ClusterIP',
  'Retain',
  '0',
  '-1',
  '1Gi',
  '1e400',
  '0.1m',
  '*',
  '2024-01-01T00:00:00Z',
  '9999-99-99T99:99:99Z',
  'YQ==',
  '(',
  '[a-',
  '(a+)+$',
  'self.x',
  'a == b',
  '{.spec.a}',
  'true',
]
const NAMES = ['a', 'b', 'default', 'kube-system', 'kube-root-ca.crt', 'cluster-admin']

export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SMALL_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('a', '(', '[', '{"a":', '\u0000', '1h', 'a.', ',a=b').map((t) => t.repeat(3000)),
  },
)
export const name = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: text })
const key = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'metadata',
    'spec',
    'status',
    'name',
    'hasOwnProperty',
    '$patch',
  ),
  fc.string({ maxLength: 6 }),
)
export const number = fc.oneof(
  fc.integer({ min: -2, max: 70_000 }),
  fc.constantFrom(-0, 0.5, 1e21, 2 ** 53, -(2 ** 63), 2 ** 31, 1e308, 5e-324),
)

/** Any JSON, deep and wide in moderation, with the keys that prototypes have. */
export const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, [], {}, ''),
    text,
    number,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map(objectOf),
  ),
})).value

/** As JSON.parse makes objects: every key the object's own. */
export function objectOf(entries: readonly (readonly [string, unknown])[]): Value {
  const object: Value = {}
  for (const [name, value] of entries)
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
  return object
}

export const chance = (draw: Draw, oneIn: number) => draw(fc.nat({ max: Math.ceil(oneIn) - 1 })) === 0

const CUSTOM_FIELDS: Readonly<Record<string, FieldSchema>> = {
  spec: { type: 'map', items: { type: 'any' } },
  status: { type: 'any' },
}

/** An object of the resource's kind as its schema has it, with wrong values in a few places. */
export function drawObject(draw: Draw, resource: Resource): Value {
  const object = drawFields(draw, findSchema(resource)?.fields ?? CUSTOM_FIELDS, 4)
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
  return {
    ...object,
    ...(!chance(draw, 40) && { apiVersion, kind: resource.kind }),
    metadata: drawMetadata(draw, object.metadata),
  }
}

function drawMetadata(draw: Draw, drawn: unknown): unknown {
  if (chance(draw, 60)) return draw(json)
  const kept = typeof drawn === 'object' && drawn !== null && chance(draw, 4) ? drawn : {}
  return { ...kept, name: draw(name) }
}

function drawFields(draw: Draw, fields: Readonly<Record<string, FieldSchema>>, depth: number): Value {
  const object: Value = {}
  const names = Object.keys(fields)
  for (const field of names) {
    const schema = fields[field]
    if (schema === undefined || !chance(draw, Math.max(2, names.length / 4))) continue
    object[field] = drawField(draw, schema, depth)
  }
  return object
}

function drawField(draw: Draw, field: FieldSchema, depth: number): unknown {
  if (chance(draw, 50)) return draw(json)
  const items = field.items ?? { type: 'any' as const }
  const length = depth <= 0 ? 0 : draw(fc.nat({ max: 2 }))
  switch (field.type) {
    case 'object':
      return depth <= 0 ? {} : drawFields(draw, allSchemas[field.schema ?? '']?.fields ?? {}, depth - 1)
    case 'list':
      return Array.from({ length: length }, () => drawField(draw, items, depth - 1))
    case 'map':
      return objectOf(Array.from({ length: length }, () => [draw(name), drawField(draw, items, depth - 1)] as const))
    case 'boolean':
      return draw(fc.boolean())
    case 'quantity':
    case 'intOrString':
      return draw(fc.oneof(text, number))
    case 'string':
    case 'bytes':
    case 'time':
    case 'microTime':
      return draw(text)
    case 'any':
      return draw(json)
    default:
      return draw(number)
  }
}

export const everyResource: readonly Resource[] = allResources
