/** What the server makes of pods that it takes in, as recorded from kube-apiserver v1.34.2, without what admission adds. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it, test } from 'vitest'
import type { k8s } from '../../../api/index.ts'
import { applyDefaults } from '../../../api/machinery.ts'
import { resources } from '../../../api/index.ts'
import { serverContext } from '../write-context.ts'
import { dropDisabledPodFields } from './disabled-pod-fields.ts'
import { keepPodStatus } from './pod-status.ts'
import { podStrategy } from './pod.ts'

interface Recorded {
  what: string
  metadata: Partial<k8s.ObjectMeta>
  spec: k8s.PodSpec
  stored: { spec: object; status: object }
  warnings: string[]
}

const path = new URL('golden/pods.json', import.meta.url)
const recorded = JSON.parse(await readFile(path, 'utf8')) as Recorded[]

test.each(recorded)('a new pod: $what', async ({ metadata, spec, stored, warnings }) => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'n' }, spec }
  const said: string[] = []
  applyDefaults(resources.pods, pod)
  await podStrategy.prepareForCreate?.(pod, { clock: { now: () => 0 } } as never, {
    ...serverContext(),
    warn: (text) => said.push(text),
  })
  expect(JSON.parse(JSON.stringify(pod))).toMatchObject(stored)
  expect(pod.spec).toEqual(stored.spec)
  for (const text of said) expect(warnings).toContain(text)
})

describe('a pod that has fields of features that are off', () => {
  it('keeps them', () => {
    const spec = { hostnameOverride: 'a', containers: [{ name: 'c', image: 'i', lifecycle: { stopSignal: 'SIGINT' } }] }
    const changed = structuredClone(spec)
    dropDisabledPodFields(changed, spec)
    expect(changed).toEqual(spec)
  })
})

describe('a status', () => {
  it('keeps generations that are left out, condition by condition', () => {
    const condition = (observedGeneration?: number) => ({
      type: 'T',
      status: 'True',
      ...(observedGeneration && { observedGeneration }),
    })
    const status: k8s.PodStatus = { conditions: [condition(), condition(7), { type: 'U', status: 'True' }] }
    keepPodStatus(status, { qosClass: 'Burstable', observedGeneration: 3, conditions: [condition(1), condition(2)] })
    expect(status).toEqual({
      qosClass: 'Burstable',
      observedGeneration: 3,
      conditions: [condition(1), condition(7), { type: 'U', status: 'True' }],
    })
  })
})
