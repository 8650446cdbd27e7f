/** Specs of pods and templates as kube-apiserver v1.34.2 takes them in, recorded without what admission adds. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { pods, podtemplates } from '../generated/resources.ts'
import { decodeObject } from '../decode/index.ts'
import { applyDefaults } from './index.ts'

interface Recorded {
  what: string
  kind: 'pod' | 'template'
  given: object
  stored: object
}

const path = new URL('golden/pods.json', import.meta.url)
const recorded = JSON.parse(await readFile(path, 'utf8')) as Recorded[]

test.each(recorded)('$what', ({ kind, given, stored }) => {
  const isPod = kind === 'pod'
  const [resource, content] = isPod ? [pods, { spec: given }] : [podtemplates, { template: { spec: given } }]
  const value = { apiVersion: 'v1', kind: isPod ? 'Pod' : 'PodTemplate', metadata: { name: 'n' }, ...content }
  const { object } = decodeObject(resource, structuredClone(value), { fieldValidation: 'Ignore' })
  applyDefaults(resource, object)
  expect(object).toMatchObject(isPod ? { spec: stored } : { template: { spec: stored } })
  const { spec, template } = object as { spec?: object; template?: { spec?: object } }
  expect(isPod ? spec : template?.spec).toEqual(stored)
})
