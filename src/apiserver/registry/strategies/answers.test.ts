/** What kube-apiserver v1.34.2 answers to writes of workloads, jobs, autoscalers, budgets, leases, events and requests of
 *  certificates, told again to this server. The files in `golden` are what it said: for each kind an object, and cases
 *  that create it with changes, then change it, its status, or both. `NAME` and `UID` stand for what differs each time. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import { resources } from '../../../api/index.ts'
import { withChanges } from '../../../api/validation/testing/problems.ts'

type Json = Record<string, unknown>

interface Step {
  /** Changes of the kind's object, by path; `<removed>` takes a field away. */
  create?: Json
  /** Changes of what the step before returned. */
  update?: Json
  status?: Json
  /** Where a change goes; missing: to the object itself. */
  sub?: 'status' | 'approval'
  answer: { status: number; causes?: string[]; message?: string; warnings?: string[]; object?: Json }
}

interface Kind {
  path: string
  base: object
  cases: { case: string; steps: Step[] }[]
}

const FOLDER = join(import.meta.dirname, 'golden')

let cluster: TestCluster
let count = 0

beforeAll(async () => {
  cluster = await openTestCluster()
  await cluster.client.create(resources.namespaces, { metadata: { name: 'shop' }, spec: {} })
})
afterAll(() => cluster[Symbol.asyncDispose]())

const FILES = ['apps', 'batch', 'autoscaling-policy-events', 'certificates', 'warnings-and-dropped-fields']
const kinds = FILES.flatMap((name) => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Kind[])

describe.each(kinds)('$path', ({ path, base, cases }) => {
  test.each(cases)('$case', async ({ steps }) => {
    const fallback = `t${++count}`
    let current: Json & { metadata?: { name?: string } } = {}
    for (const step of steps) {
      const name = current.metadata?.name ?? fallback
      const method = step.create ? 'POST' : 'PUT'
      const part = step.status ? 'status' : step.sub
      const url = step.create ? path : [path, name, part].filter((one) => one !== undefined).join('/')
      const answer = await call(cluster.exchange, method, url, { body: bodyOf(step, { base, current, name }) })
      expect(comparable(answer, name, step.answer)).toEqual(step.answer)
      if (answer.status < 300) current = answer.json
    }
    const named = current.metadata?.name
    if (named) await call(cluster.exchange, 'DELETE', `${path}/${named}`)
  })
})

function bodyOf({ create, update, status }: Step, from: { base: object; current: Json; name: string }): object {
  if (status !== undefined) return { ...from.current, status }
  if (update !== undefined) return withChanges(from.current, changes(update))
  const object = withChanges(from.base, changes(create)) as { metadata?: Json }
  const { metadata } = object
  if (!metadata?.name && !metadata?.generateName) object.metadata = { ...metadata, name: from.name }
  return object
}

const changes = (marked: Json = {}): Json =>
  Object.fromEntries(Object.entries(marked).map(([path, value]) => [path, value === '<removed>' ? undefined : value]))

function comparable(answer: Awaited<ReturnType<typeof call>>, name: string, expected: Step['answer']): Step['answer'] {
  const { status, json, headers } = answer
  const strip = (text: string) =>
    text.replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'UID').replaceAll(name, 'NAME')
  const { causes = [] } = (json.details ?? {}) as { causes?: { field: string; reason: string; message: string }[] }
  const warnings = headers.warning?.split(/, (?=299 )/) ?? []
  return {
    status,
    ...(causes.length > 0 && {
      causes: causes.map(({ field, reason, message }) => strip(`${field} [${reason}] ${message}`)),
    }),
    ...(status >= 300 && causes.length === 0 && { message: strip(json.message ?? '') }),
    ...(warnings.length > 0 && { warnings: warnings.map(strip) }),
    ...(expected.object && { object: JSON.parse(strip(JSON.stringify(json)), withoutVolatile) as Json }),
  }
}

const VOLATILE = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'managedFields'])

const withoutVolatile = (key: string, value: unknown) =>
  VOLATILE.has(key) || key.endsWith('ransitionTime') || value === null ? undefined : value
