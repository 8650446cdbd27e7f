/** What kube-apiserver v1.34.2 answers to pods and templates, recorded: causes in order, and warnings. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { applyDefaults } from '../../defaults/index.ts'
import { pods, podtemplates } from '../../generated/resources.ts'
import type { Pod, PodTemplate } from '../../generated/types.ts'
import type { FieldError } from '../field-error.ts'
import { withChanges as changed } from '../testing/problems.ts'
import { validateObject, type WrittenPart } from '../validate-object.ts'
import { validateTemplate } from './pod-spec.ts'
import { podTemplateWarnings } from './warnings.ts'

interface Recorded {
  what: string
  /** By path; null removes. */
  changes: Record<string, unknown>
  /** Reason, field, message. */
  errors: [string, string, string][]
  warnings?: string[]
}
interface RecordedUpdate extends Recorded {
  base: string
  part: WrittenPart
}

const read = async <T>(name: string) =>
  JSON.parse(await readFile(new URL(`golden/${name}.json`, import.meta.url), 'utf8')) as T
const [newPods, templates, { bases, updates }] = await Promise.all([
  read<Recorded[]>('pods'),
  read<Recorded[]>('templates'),
  read<{ bases: Record<string, Pod>; updates: RecordedUpdate[] }>('updates'),
])

const withChanges = (value: object, changes: Record<string, unknown>) =>
  changed(value, Object.fromEntries(Object.entries(changes).map(([path, one]) => [path, one ?? undefined])))
const containers = [{ name: 'c', image: 'i' }]
const listed = (errors: readonly FieldError[]) => errors.map(({ type, field, message }) => [type, field, message])

test.each(newPods)('a pod: $what', ({ changes, errors, warnings = [] }) => {
  const base = { metadata: { name: 'n', namespace: 'ns' }, spec: { serviceAccountName: 'default', containers } }
  const pod = withChanges(base, changes) as Pod
  applyDefaults(pods, pod)
  const said: string[] = []
  expect(listed(validateObject(pods, pod, undefined, { warn: (text) => said.push(text) }))).toEqual(errors)
  expect(said).toEqual(warnings)
})

test.each(templates)('a template: $what', ({ changes, errors, warnings = [] }) => {
  const template = withChanges({ metadata: {}, spec: { containers } }, changes)
  const object = { metadata: { name: 'n', namespace: 'ns' }, template } as PodTemplate
  applyDefaults(podtemplates, object)
  const found = validateTemplate(object.template ?? {}, 'template')
  expect(listed(found)).toEqual(errors)
  if (found.length === 0) expect(podTemplateWarnings('template', object.template)).toEqual(warnings)
})

test.each(updates)('a change of a pod ($base, $part): $what', ({ base, part, changes, errors }) => {
  const old = structuredClone(bases[base] as Pod)
  const pod = withChanges(old, changes) as Pod
  for (const one of [old, pod]) applyDefaults(pods, one)
  expect(listed(validateObject(pods, pod, old, { part }))).toEqual(errors)
})
