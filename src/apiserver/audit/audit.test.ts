import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { resources } from '../../api/index.ts'
import { FakeClock, silentLogger } from '../../lib/index.ts'
import { openAuditLog } from './audit-log.ts'
import { type AuditPolicy, chooseAudit } from './policy.ts'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'naru-audit-'))
  path = join(directory, 'audit.log')
})
afterEach(() => rm(directory, { recursive: true }))

type Event = Record<string, unknown> & { stage: string; objectRef?: Record<string, unknown> }

/** The events that `requests` cause under `policy`. */
async function eventsOf(policy: AuditPolicy, requests: (cluster: TestCluster) => Promise<unknown>): Promise<Event[]> {
  const clock = new FakeClock()
  {
    await using cluster = await openTestCluster({ clock, audit: { policy, path } })
    await requests(cluster)
  }
  const text = await readFile(path, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
}

const SECRETS = '/api/v1/namespaces/default/secrets'
const hush = { metadata: { name: 'hush' }, stringData: { word: 'swordfish' } }
const onSecrets = (level: AuditPolicy['rules'][number]['level']): AuditPolicy => ({
  rules: [{ level, resources: [{ group: '', resources: ['secrets'] }] }],
})

describe('the audit log', () => {
  it('tells of a request who did what to what, and how it went', async () => {
    const events = await eventsOf(onSecrets('Metadata'), (cluster) =>
      call(cluster.exchange, 'POST', `${SECRETS}?fieldManager=test`, {
        body: hush,
        headers: { 'user-agent': 'test/1', 'x-forwarded-for': '192.0.2.1, 192.0.2.2' },
      }),
    )
    const common = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: expect.any(String) as string,
      requestURI: `${SECRETS}?fieldManager=test`,
      verb: 'create',
      user: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      sourceIPs: ['192.0.2.1', '192.0.2.2'],
      userAgent: 'test/1',
      requestReceivedTimestamp: '2023-11-14T22:13:20.000000Z',
      stageTimestamp: '2023-11-14T22:13:20.000000Z',
    }
    const objectRef = { resource: 'secrets', namespace: 'default', apiVersion: 'v1' }
    expect(events).toEqual([
      { ...common, stage: 'RequestReceived', objectRef },
      {
        ...common,
        stage: 'ResponseComplete',
        objectRef: { ...objectRef, name: 'hush' },
        responseStatus: { metadata: {}, code: 201 },
        annotations: {
          'authorization.k8s.io/decision': 'allow',
          'authorization.k8s.io/reason': expect.any(String) as string,
        },
      },
    ])
    expect(events[0]?.auditID).toBe(events[1]?.auditID)
  })

  it('has what was sent and answered only where the policy says so', async () => {
    const create = (cluster: TestCluster) => call(cluster.exchange, 'POST', SECRETS, { body: hush })
    expect(JSON.stringify(await eventsOf(onSecrets('Metadata'), create))).not.toContain('swordfish')
    await rm(path)
    const sent = (await eventsOf(onSecrets('Request'), create)).at(-1)
    expect(sent).toMatchObject({ requestObject: hush })
    expect(sent).not.toHaveProperty('responseObject')
    await rm(path)
    const whole = (await eventsOf(onSecrets('RequestResponse'), create)).at(-1)
    expect(whole).toMatchObject({ requestObject: hush, responseObject: { kind: 'Secret', metadata: { name: 'hush' } } })
  })

  it('leaves out managed fields where the policy says so', async () => {
    const policy: AuditPolicy = { ...onSecrets('RequestResponse'), omitManagedFields: true }
    const events = await eventsOf(policy, async (cluster) => {
      await call(cluster.exchange, 'POST', SECRETS, { body: hush })
      await call(cluster.exchange, 'GET', SECRETS)
    })
    const text = JSON.stringify(events)
    expect(text).toContain('SecretList')
    expect(text).not.toContain('managedFields')
  })

  it('tells of refusals, with the reason, and of whom nobody knows', async () => {
    const events = await eventsOf({ ...onSecrets('Metadata'), omitStages: ['RequestReceived'] }, async (cluster) => {
      const jane = { name: 'jane', uid: '7', groups: ['system:authenticated'], extra: { team: ['a'] } }
      await call(cluster.server.exchangeAs(jane), 'DELETE', `${SECRETS}/hush`)
      await call(cluster.server.exchange, 'GET', SECRETS, { headers: { authorization: 'Bearer x' } })
    })
    expect(events).toMatchObject([
      {
        stage: 'ResponseComplete',
        verb: 'delete',
        user: { username: 'jane', uid: '7', extra: { team: ['a'] } },
        responseStatus: { status: 'Failure', reason: 'Forbidden', code: 403 },
        annotations: { 'authorization.k8s.io/decision': 'forbid' },
      },
      { verb: 'list', user: {}, responseStatus: { reason: 'Unauthorized', code: 401 } },
    ])
  })

  it('names whom an administrator acts as', async () => {
    const events = await eventsOf(onSecrets('Metadata'), (cluster) =>
      call(cluster.exchange, 'GET', SECRETS, { headers: { 'impersonate-user': 'jane', 'impersonate-group': 'devs' } }),
    )
    expect(events.at(-1)).toMatchObject({
      user: { username: 'admin' },
      impersonatedUser: { username: 'jane', groups: ['devs', 'system:authenticated'] },
      responseStatus: { code: 403 },
    })
  })

  it('tells when a watch starts and when it ends', async () => {
    const events = await eventsOf(onSecrets('Metadata'), async (cluster) => {
      const stop = new AbortController()
      const response = await cluster.exchange({
        method: 'GET',
        url: `${SECRETS}?watch=1`,
        headers: {},
        body: '',
        signal: stop.signal,
      })
      await call(cluster.exchange, 'POST', SECRETS, { body: hush })
      for await (const _chunk of response.body as AsyncIterable<unknown>) stop.abort()
    })
    const stages = events.filter(({ verb }) => verb === 'watch').map(({ stage, auditID }) => ({ stage, auditID }))
    const last = stages.at(-1)?.auditID
    expect(stages.filter(({ auditID }) => auditID === last).map(({ stage }) => stage)).toEqual([
      'RequestReceived',
      'ResponseStarted',
      'ResponseComplete',
    ])
  })

  it('has what the server noted of a token', async () => {
    const events = await eventsOf({ rules: [{ level: 'Metadata', resources: [{ group: '' }] }] }, async (cluster) => {
      const metadata = { namespace: 'default', name: 'robot' }
      await cluster.client.create(resources.serviceaccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata })
      const path = '/api/v1/namespaces/default/serviceaccounts/robot/token'
      await call(cluster.exchange, 'POST', path, { body: { spec: {} } })
    })
    expect(events.at(-1)).toMatchObject({
      objectRef: { resource: 'serviceaccounts', name: 'robot', subresource: 'token' },
      annotations: { 'authentication.kubernetes.io/issued-credential-id': expect.stringMatching(/^JTI=/) as string },
    })
    expect(JSON.stringify(events)).not.toContain('eyJ')
  })
})

describe('a rule', () => {
  const user = { name: 'jane', groups: ['devs'] }
  const pods = { verb: 'get', resource: { group: '', resource: 'pods' }, namespace: 'default', name: 'web' }
  const status = { ...pods, resource: { group: '', resource: 'pods', subresource: 'status' } }
  const path = { verb: 'get', path: '/healthz/ping' }
  const of = (resources: object) => ({ resources: [resources] })

  it.each([
    [{ users: ['jane'] }, pods, true],
    [{ users: ['joe'] }, pods, false],
    [{ userGroups: ['ops', 'devs'] }, pods, true],
    [{ verbs: ['list'] }, pods, false],
    [{ namespaces: ['default'] }, pods, true],
    [{ namespaces: [''] }, pods, false],
    [{ namespaces: ['default'] }, path, false],
    [of({ group: '' }), status, true],
    [of({ group: 'apps' }), pods, false],
    [of({ resources: ['pods'] }), pods, true],
    [of({ resources: ['pods'] }), status, false],
    [of({ resources: ['pods/*'] }), status, true],
    [of({ resources: ['*/status'] }), status, true],
    [of({ resources: ['*'], resourceNames: ['web'] }), pods, true],
    [of({ resources: ['*'], resourceNames: ['db'] }), pods, false],
    [{ nonResourceURLs: ['/healthz*'] }, path, true],
    [{ nonResourceURLs: ['/healthz'] }, path, false],
    [{ nonResourceURLs: ['*'] }, pods, false],
    [{}, path, true],
  ])('%j on %j: %s', (rule, attributes, fits) => {
    const policy = { rules: [{ level: 'Request' as const, ...rule }] }
    expect(chooseAudit(policy, user, attributes).level).toBe(fits ? 'Request' : 'None')
  })

  it('that comes first decides, and adds its stages to those of the policy', () => {
    const policy: AuditPolicy = {
      omitStages: ['RequestReceived'],
      omitManagedFields: true,
      rules: [{ level: 'None', omitStages: ['Panic'], omitManagedFields: false }, { level: 'Request' }],
    }
    expect(chooseAudit(policy, undefined, path)).toEqual({
      level: 'None',
      omitStages: new Set(['RequestReceived', 'Panic']),
      omitManagedFields: false,
    })
  })
})

describe('the file', () => {
  it('is put aside when it is full, and only the newest are kept', async () => {
    const clock = new FakeClock()
    for (let i = 0; i < 5; i++) {
      await using log = await openAuditLog({ path, maxBytes: 20, maxBackups: 2, clock, logger: silentLogger })
      log.write(`{"line":"${i}-${'x'.repeat(10)}"}`)
      await clock.advance(1000)
    }
    expect((await readdir(directory)).toSorted()).toEqual([
      'audit-2023-11-14T22-13-24.000.log',
      'audit-2023-11-14T22-13-25.000.log',
      'audit.log',
    ])
    expect(await readFile(path, 'utf8')).toContain('4-')
  })

  it('is begun anew when somebody took it away', async () => {
    const clock = new FakeClock()
    {
      await using log = await openAuditLog({ path, maxBytes: 20, clock, logger: silentLogger })
      log.write(`{"line":"1-${'x'.repeat(10)}"}`)
      await expect.poll(() => readFile(path, 'utf8')).toContain('1-')
      await rm(path)
      log.write(`{"line":"2-${'x'.repeat(10)}"}`)
    }
    expect(await readFile(path, 'utf8')).toContain('2-')
  })

  it('has all lines in order', async () => {
    const clock = new FakeClock()
    {
      await using log = await openAuditLog({ path, clock, logger: silentLogger })
      for (let i = 0; i < 1000; i++) log.write(String(i))
    }
    expect(await readFile(path, 'utf8')).toBe(Array.from({ length: 1000 }, (_, i) => `${i}\n`).join(''))
  })
})
