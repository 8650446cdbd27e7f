import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseJson } from '../../api/machinery.ts'
import { readYaml } from './read-yaml.ts'
import { writeYaml } from './write-yaml.ts'

const plainJson = fc.jsonValue().map((value) => parseJson(JSON.stringify(value)))

test('what is written is read as it was, by readers of either version', () => {
  fc.assert(
    fc.property(plainJson, (value) => {
      const text = writeYaml(value)
      expect(readYaml(text).value).toEqual(value)
      expect(JSON.parse(JSON.stringify(parse(text)))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('texts that look like something else have quotes, and large integers all their digits', () => {
  expect(writeYaml({ a: 'yes', b: '0644', c: 2n ** 63n - 1n, d: 'x\ny\n', e: [{ f: 1, g: [] }] })).toBe(
    'a: "yes"\nb: "0644"\nc: 9223372036854775807\nd: |\n  x\n  y\ne:\n  - f: 1\n    g: []\n',
  )
})
