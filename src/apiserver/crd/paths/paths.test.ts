import * as fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { parseJsonPath } from './parse-json-path.ts'
import { readInteger, readText, writeField } from './simple-field.ts'
import { valuesAt } from './values-at.ts'

const object = {
  metadata: { labels: { 'app.kubernetes.io/name': 'web' } },
  spec: { list: [1, 2, 3], nested: { a: 'x' } },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', since: 5 },
      { type: 'Live', status: 'False', since: 9 },
    ],
  },
}
const at = (path: string) => {
  const parsed = parseJsonPath(path)
  return parsed && valuesAt(object, parsed)
}

test.each<[string, unknown[] | undefined]>([
  ['.spec.nested.a', ['x']],
  ['.spec.missing.a', []],
  ['.spec.list[0]', [1]],
  ['.spec.list[-1]', [3]],
  ['.spec.list[1:]', [2, 3]],
  ['.spec.list[0:3:2]', [1, 3]],
  ['.spec.list[*]', [1, 2, 3]],
  ['.spec.list[0,2]', [1, 3]],
  ['.spec.*', [[1, 2, 3], { a: 'x' }]],
  ['.metadata.labels.app\\.kubernetes\\.io/name', ['web']],
  [".metadata.labels['app.kubernetes.io/name']", ['web']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  [".status.conditions[?(@.type != 'Ready')].status", ['False']],
  ['.status.conditions[?(@.since > 6)].type', ['Live']],
  ['.status.conditions[?(@.missing)].type', []],
  ['..a', ['x']],
  ['.constructor', []],
  ['spec', undefined],
  ['.spec[', undefined],
  ['.spec[?(@.a ==)]', undefined],
])('%s', (path, expected) => {
  expect(at(path)).toEqual(expected)
})

it('never throws, whatever the path', () => {
  const piece = fc.constantFrom('.', '..', '[', ']', '*', '?(', '@', ')', "'", '"', '\\', 'a', '0', ':', ',', '==', ' ')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const found = at(pieces.join(''))
      expect(found === undefined || Array.isArray(found)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

it('a path that descends again and again finds nothing, soon', () => {
  const deep: object[] = Array.from({ length: 60 }, () => ({ a: [{ a: [{ a: 1 }] }] }))
  const path = parseJsonPath('..'.repeat(20).concat('a'))
  expect(path === undefined || valuesAt(deep, path).length < 200_000).toBe(true)
})

it('plain fields are read and written, and what is in the way is named', () => {
  const target = {}
  writeField(target, '.spec.scale.replicas', 3)
  expect(target).toEqual({ spec: { scale: { replicas: 3 } } })
  expect(readInteger(target, '.spec.scale.replicas')).toEqual({ value: 3 })
  expect(readInteger(target, '.spec.other')).toEqual({ value: undefined })
  expect(readInteger({ spec: { replicas: 'x' } }, '.spec.replicas').error).toBe(
    '.spec.replicas accessor error: x is of the type string, expected int64',
  )
  expect(readText({ spec: 1 }, '.spec.selector').error).toBe(
    '.spec accessor error: 1 is of the type int64, expected map[string]interface{}',
  )
})
