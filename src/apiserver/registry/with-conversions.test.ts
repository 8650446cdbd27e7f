import { expect, test } from 'vitest'
import { withConversions } from './with-conversions.ts'

const object = { apiVersion: 'v1', size: 1 }

test('what needs conversions that take their time is run again until they are there', async () => {
  const asked: string[] = []
  let runs = 0
  const convert = async (from: Record<string, unknown>, apiVersion: string) => {
    asked.push(apiVersion)
    return { ...from, apiVersion }
  }
  const result = await withConversions({ typeOf: () => ({}), convert }, (versions) => {
    runs++
    return [versions?.convert(object, 'v2'), versions?.convert(object, 'v3'), versions?.convert({ ...object }, 'v2')]
  })
  expect(result).toEqual([
    { apiVersion: 'v2', size: 1 },
    { apiVersion: 'v3', size: 1 },
    { apiVersion: 'v2', size: 1 },
  ])
  expect([asked, runs]).toEqual([['v2', 'v3'], 3])
})

test('what needs none is run once', async () => {
  let runs = 0
  const convert = (from: Record<string, unknown>, apiVersion: string) => ({ ...from, apiVersion })
  const run = () => ++runs
  expect(await withConversions({ typeOf: () => ({}), convert }, run)).toBe(1)
  expect(await withConversions(undefined, run)).toBe(2)
})

test('a conversion that fails is a failure of the whole', async () => {
  const convert = () => Promise.reject(new Error('no answer'))
  const versions = { typeOf: () => ({}), convert }
  await expect(withConversions(versions, (known) => known?.convert(object, 'v2'))).rejects.toThrow('no answer')
})
