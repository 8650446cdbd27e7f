/** Roles, impersonation and reviews over the real API server. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type Answer, call } from '../../../test/harness/call.ts'
import { ADMIN, openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import type { UserInfo } from '../../api/index.ts'
import { identities } from '../../engine/identities.ts'
import { type Logger, silentLogger } from '../../lib/index.ts'
import { openMemoryStore } from '../../store/index.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const REVIEWS = '/apis/authorization.k8s.io/v1'
const apiGroup = 'rbac.authorization.k8s.io'

const ann: UserInfo = { name: 'ann', groups: ['dev', 'system:authenticated'] }
const bob: UserInfo = { name: 'bob', groups: ['system:authenticated'] }

let cluster: TestCluster
const as = (
  user: UserInfo,
  method: Parameters<typeof call>[1],
  url: string,
  body?: unknown,
  headers = {},
): Promise<Answer> =>
  call(cluster.server.exchangeAs(user), method, url, { ...(body !== undefined && { body }), headers })
const roles = (namespace: string) => `${RBAC}/namespaces/${namespace}/roles`
const roleBindings = (namespace: string) => `${RBAC}/namespaces/${namespace}/rolebindings`
const role = (name: string, ...rules: object[]) => ({ metadata: { name }, rules })
const readPods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }
const binding = (name: string, ref: string, user: string, kind = 'ClusterRole') => ({
  metadata: { name },
  roleRef: { apiGroup, kind, name: ref },
  subjects: [{ kind: 'User', name: user, apiGroup }],
})
const admin = (method: Parameters<typeof call>[1], url: string, body?: unknown) => as(ADMIN, method, url, body)

beforeAll(async () => {
  cluster = await openTestCluster()
  for (const name of ['one', 'two']) await admin('POST', '/api/v1/namespaces', { metadata: { name } })
  // ann keeps roles in `one`, and holds the right to read pods there.
  const keeper = role(
    'keeper',
    {
      apiGroups: [apiGroup],
      resources: ['roles', 'rolebindings'],
      verbs: ['get', 'create', 'update', 'patch', 'delete'],
    },
    readPods,
  )
  await admin('POST', roles('one'), keeper)
  await admin('POST', roleBindings('one'), binding('keeper', 'keeper', 'ann', 'Role'))
})
afterAll(() => cluster[Symbol.asyncDispose]())

describe('two users in two namespaces', () => {
  it('see only what they were given, where they were given it', async () => {
    expect((await as(ann, 'GET', '/api/v1/namespaces/one/pods')).status).toBe(200)
    const refused = await as(ann, 'GET', '/api/v1/namespaces/two/pods')
    expect(refused.json).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      code: 403,
      message: 'pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "two"',
      details: { kind: 'pods' },
    })
    expect((await as(ann, 'GET', '/api/v1/pods')).json.message).toContain('at the cluster scope')
    expect((await as(bob, 'GET', '/api/v1/namespaces/one/pods')).status).toBe(403)
  })

  it('may watch the one object a field selector names with a right to that object', async () => {
    await admin(
      'POST',
      roles('two'),
      role('one-map', { apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'], verbs: ['list'] }),
    )
    await admin('POST', roleBindings('two'), binding('one-map', 'one-map', 'bob', 'Role'))
    const list = (selector: string) => as(bob, 'GET', `/api/v1/namespaces/two/configmaps${selector}`)
    expect((await list('?fieldSelector=metadata.name%3Dmine')).status).toBe(200)
    expect((await list('?fieldSelector=metadata.name%3Dother')).status).toBe(403)
    expect((await list('?fieldSelector=metadata.name!%3Dmine')).status).toBe(403)
    expect((await list('')).status).toBe(403)
  })
})

describe('who grants', () => {
  const all = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }

  it('what they hold, may', async () => {
    expect((await as(ann, 'POST', roles('one'), role('held', readPods))).status).toBe(201)
    expect((await as(ann, 'POST', roleBindings('one'), binding('held', 'held', 'bob', 'Role'))).status).toBe(201)
  })

  it('more than they hold, is told what is missing', async () => {
    const { json } = await as(ann, 'POST', roles('one'), role('more', { ...readPods, verbs: ['get', 'delete'] }, all))
    expect(json).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'roles.rbac.authorization.k8s.io "more" is forbidden: user "ann" (groups=["dev" "system:authenticated"]) ' +
        'is attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}',
    })
  })

  it('cannot do so by a change either, but may take ownership', async () => {
    const patch = (body: unknown) =>
      as(ann, 'PATCH', `${roles('one')}/keeper`, body, { 'content-type': 'application/merge-patch+json' })
    expect((await patch({ rules: [all] })).status).toBe(403)
    expect((await patch({ metadata: { finalizers: ['example.com/later'] } })).status).toBe(200)
    expect((await patch({ metadata: { finalizers: null } })).status).toBe(200)
  })

  it('by binding a role they do not hold, is refused; with the right to bind it, is not', async () => {
    const bind = (name: string) => as(ann, 'POST', roleBindings('one'), binding(name, 'cluster-admin', 'ann'))
    const { json } = await bind('up')
    expect(json.message).toContain('rolebindings.rbac.authorization.k8s.io "up" is forbidden: user "ann"')
    expect(json.message).toContain('{NonResourceURLs:["*"], Verbs:["*"]}')
    const mayBind = { apiGroups: [apiGroup], resources: ['clusterroles'], resourceNames: ['view'], verbs: ['bind'] }
    await admin('POST', roles('one'), role('binder', mayBind))
    await admin('POST', roleBindings('one'), binding('binder', 'binder', 'ann', 'Role'))
    expect((await as(ann, 'POST', roleBindings('one'), binding('viewer', 'view', 'bob'))).status).toBe(201)
    expect((await bind('up')).status).toBe(403)
  })

  it('to a role that is not there, is told so', async () => {
    const { json } = await as(ann, 'POST', roleBindings('one'), binding('nobody', 'nowhere', 'bob', 'Role'))
    expect(json).toMatchObject({ code: 404, message: 'role.rbac.authorization.k8s.io "nowhere" not found' })
  })

  it('with the right to escalate, may', async () => {
    const escalate = { apiGroups: [apiGroup], resources: ['roles'], verbs: ['escalate', 'create'] }
    await admin('POST', roles('two'), role('escalator', escalate))
    await admin('POST', roleBindings('two'), binding('escalator', 'escalator', 'ann', 'Role'))
    expect((await as(ann, 'POST', roles('two'), role('anything', all))).status).toBe(201)
  })

  it('by aggregation, must hold everything', async () => {
    const manage = { apiGroups: [apiGroup], resources: ['clusterroles'], verbs: ['create'] }
    await admin('POST', `${RBAC}/clusterroles`, role('manage', manage))
    await admin('POST', `${RBAC}/clusterrolebindings`, binding('manage', 'manage', 'bob'))
    const gathers = { ...role('gather'), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }
    expect((await as(bob, 'POST', `${RBAC}/clusterroles`, gathers)).json.message).toBe(
      'clusterroles.rbac.authorization.k8s.io "gather" is forbidden: ' +
        'must have cluster-admin privileges to use the aggregationRule',
    )
  })

  it('finds that what a binding refers to stays', async () => {
    const { json } = await admin('PUT', `${roleBindings('one')}/held`, binding('held', 'view', 'bob'))
    expect(json).toMatchObject({
      code: 422,
      message:
        'RoleBinding.rbac.authorization.k8s.io "held" is invalid: roleRef: Invalid value: ' +
        '{"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"view"}: cannot change roleRef',
    })
  })
})

describe('acting as somebody else', () => {
  const whoami = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const ask = (user: UserInfo, headers: Record<string, string>) => as(user, 'POST', whoami, {}, headers)
  const isNow = (answer: Answer) => (answer.json.status as { userInfo?: unknown } | undefined)?.userInfo

  it('makes one that user, authenticated, with the groups, uid and extra asked for', async () => {
    expect(isNow(await ask(ADMIN, { 'impersonate-user': 'zed' }))).toEqual({
      username: 'zed',
      groups: ['system:authenticated'],
    })
    const headers = {
      'impersonate-user': 'zed',
      'impersonate-group': 'dev, ops',
      'impersonate-uid': '7',
      'impersonate-extra-example.com%2fscopes': 'a, b',
    }
    expect(isNow(await ask(ADMIN, headers))).toEqual({
      username: 'zed',
      uid: '7',
      groups: ['dev', 'ops', 'system:authenticated'],
      extra: { 'example.com/scopes': ['a', 'b'] },
    })
  })

  it('gives service accounts their groups, and nobody those of nobody', async () => {
    expect(isNow(await ask(ADMIN, { 'impersonate-user': 'system:serviceaccount:one:app' }))).toMatchObject({
      groups: ['system:serviceaccounts', 'system:serviceaccounts:one', 'system:authenticated'],
    })
    const nobody = await ask(ADMIN, { 'impersonate-user': 'system:anonymous' })
    expect(nobody.json.message).toContain('User "system:anonymous" cannot create resource "selfsubjectreviews"')
  })

  it('leaves only the rights of the one acted as', async () => {
    const { status } = await as(ADMIN, 'GET', '/api/v1/secrets', undefined, { 'impersonate-user': 'zed' })
    expect(status).toBe(403)
  })

  test.each<[Record<string, string>, string]>([
    [
      { 'impersonate-user': 'zed' },
      'users "zed" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope',
    ],
    [
      { 'impersonate-user': 'system:serviceaccount:one:app' },
      'serviceaccounts "app" is forbidden: User "bob" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "one"',
    ],
    [
      { 'impersonate-user': 'allowed', 'impersonate-group': 'system:masters' },
      'groups "system:masters" is forbidden: User "bob" cannot impersonate resource "groups" in API group "" at the cluster scope',
    ],
    [
      { 'impersonate-user': 'allowed', 'impersonate-extra-scopes': 'all' },
      'userextras.authentication.k8s.io "all" is forbidden: User "bob" cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io" at the cluster scope',
    ],
    [
      { 'impersonate-user': 'allowed', 'impersonate-uid': '1' },
      'uids.authentication.k8s.io "1" is forbidden: User "bob" cannot impersonate resource "uids" in API group "authentication.k8s.io" at the cluster scope',
    ],
  ])('needs the right to each: %j', async (headers, message) => {
    const rule = { apiGroups: [''], resources: ['users'], resourceNames: ['allowed'], verbs: ['impersonate'] }
    await admin('POST', `${RBAC}/clusterroles`, role('impersonator', rule))
    await admin('POST', `${RBAC}/clusterrolebindings`, binding('impersonator', 'impersonator', 'bob'))
    expect((await ask(bob, { 'impersonate-user': 'allowed' })).status).toBe(201)
    expect((await ask(bob, headers)).json).toMatchObject({ code: 403, message })
  })

  it('needs a user', async () => {
    const { status, json } = await ask(ADMIN, { 'impersonate-group': 'dev' })
    expect(status).toBe(500)
    expect(json.message).toContain('requested [{Group  dev    }] without impersonating a user')
  })
})

describe('a review', () => {
  const review = (kind: string, spec: unknown, user = ADMIN, metadata = {}) =>
    as(user, 'POST', `${REVIEWS}/${kind}`, { metadata, spec })
  const getPods = { verb: 'get', resource: 'pods', namespace: 'one' }

  it('of access answers with the reason', async () => {
    const answer = await review('subjectaccessreviews', { user: 'ann', resourceAttributes: getPods })
    expect(answer.status).toBe(201)
    expect(answer.json.status).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "keeper/one" of Role "keeper" to User "ann"',
    })
    const not = await review('subjectaccessreviews', { user: 'zed', resourceAttributes: getPods })
    expect(not.json.status).toEqual({ allowed: false })
    const path = { nonResourceAttributes: { verb: 'get', path: '/version' } }
    expect((await review('selfsubjectaccessreviews', path, bob)).json.status).toMatchObject({ allowed: true })
    const masters = { groups: ['system:masters'], resourceAttributes: { verb: 'anything' } }
    expect((await review('subjectaccessreviews', masters)).json.status).toEqual({ allowed: true })
  })

  it('is no table', async () => {
    const body = { spec: { resourceAttributes: getPods } }
    const asTable = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    const answer = await as(bob, 'POST', `${REVIEWS}/selfsubjectaccessreviews`, body, asTable)
    expect([answer.status, answer.json.reason]).toEqual([406, 'NotAcceptable'])
  })

  it('that is local stays in its namespace', async () => {
    const url = 'namespaces/one/localsubjectaccessreviews'
    const spec = { user: 'ann', resourceAttributes: getPods }
    expect((await review(url, spec)).json.status).toMatchObject({ allowed: true })
    const elsewhere = { user: 'ann', resourceAttributes: { ...getPods, namespace: 'two' } }
    expect((await review(url, elsewhere)).json.message).toBe(
      'LocalSubjectAccessReview.authorization.k8s.io "" is invalid: ' +
        'spec.resourceAttributes.namespace: Invalid value: "two": must match metadata.namespace',
    )
  })

  test.each<[string, object, string]>([
    [
      'subjectaccessreviews',
      { resourceAttributes: getPods },
      'spec.user: Invalid value: "": at least one of user or group must be specified',
    ],
    [
      'selfsubjectaccessreviews',
      {},
      'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ],
    [
      'selfsubjectaccessreviews',
      { resourceAttributes: getPods, nonResourceAttributes: { path: '/', verb: 'get' } },
      'spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":"get"}: cannot be specified in combination with resourceAttributes',
    ],
    [
      'selfsubjectaccessreviews',
      { resourceAttributes: { ...getPods, fieldSelector: {} } },
      'spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required',
    ],
    [
      'selfsubjectaccessreviews',
      { resourceAttributes: { ...getPods, labelSelector: { requirements: [{ key: 'a', operator: 'In' }] } } },
      "spec.resourceAttributes.labelSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ],
  ])('%s of %j is invalid', async (kind, spec, message) => {
    const { json } = await review(kind, spec)
    expect(json.code).toBe(422)
    expect(json.message).toContain(message)
  })

  it('must not be named', async () => {
    const { json } = await review('selfsubjectaccessreviews', { resourceAttributes: getPods }, ADMIN, { name: 'a' })
    expect(json.message).toContain('metadata: Invalid value: {"name":"a"}: must be empty')
  })

  it('says what of its selectors was not understood', async () => {
    const fieldSelector = {
      requirements: [
        { key: 'spec.nodeName', operator: 'In', values: ['n'] },
        { key: 'spec.nodeName', operator: 'Exists' },
      ],
    }
    const labelSelector = { rawSelector: '!!' }
    const spec = { user: 'zed', resourceAttributes: { ...getPods, fieldSelector, labelSelector } }
    expect((await review('subjectaccessreviews', spec)).json.status).toEqual({
      allowed: false,
      evaluationError:
        'spec.resourceAttributes.fieldSelector partially ignored due to parse error; ' +
        'spec.resourceAttributes.labelSelector ignored due to parse error',
    })
  })

  it('of rules lists what roles give', async () => {
    const { json } = await review('selfsubjectrulesreviews', { namespace: 'one' }, ann)
    const { resourceRules, nonResourceRules, incomplete } = json.status as Record<string, unknown>
    expect(incomplete).toBe(false)
    expect(resourceRules).toContainEqual({ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] })
    expect(nonResourceRules).toContainEqual({ verbs: ['get'], nonResourceURLs: expect.arrayContaining(['/apis']) })
    const nowhere = await review('selfsubjectrulesreviews', {}, ann)
    expect(nowhere.json).toMatchObject({ code: 400, message: 'no namespace on request' })
    const node: UserInfo = { name: 'system:node:n', groups: ['system:nodes', 'system:authenticated'] }
    expect((await review('selfsubjectrulesreviews', { namespace: 'one' }, node)).json.status).toMatchObject({
      incomplete: true,
      evaluationError: 'node authorizer does not support user rule resolution',
    })
  })
})

it('a write that makes the object it was to change needs the right to create', async () => {
  const change = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['update', 'patch'] }
  await admin('POST', roles('two'), role('changer', change))
  await admin('POST', roleBindings('two'), binding('changer', 'changer', 'ann', 'Role'))
  const url = '/apis/coordination.k8s.io/v1/namespaces/two/leases/mine'
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'mine' }, spec: {} }
  const message =
    'leases.coordination.k8s.io "mine" is forbidden: User "ann" cannot create resource "leases" ' +
    'in API group "coordination.k8s.io" in the namespace "two"'
  expect((await as(ann, 'PUT', url, lease)).json).toMatchObject({ code: 403, message })
  const headers = { 'content-type': 'application/apply-patch+yaml' }
  expect((await as(ann, 'PATCH', `${url}?fieldManager=test`, lease, headers)).json).toMatchObject({
    code: 403,
    message,
  })
  expect((await admin('PUT', url, lease)).status).toBe(201)
  expect((await as(ann, 'PATCH', url, {}, { 'content-type': 'application/merge-patch+json' })).status).toBe(200)
})

it('the policy of a new cluster is mended at the next start, unless it asks to be left alone', async () => {
  await using store = await openMemoryStore()
  const url = `${RBAC}/clusterroles`
  const rulesOf = (answer: Answer) => (answer.json as { rules?: { verbs: string[] }[] }).rules ?? []
  const before = await openTestCluster({ store })
  const whole = rulesOf(await call(before.exchange, 'GET', `${url}/system:discovery`))
  const change = (name: string, body: object) =>
    call(before.exchange, 'PATCH', `${url}/${name}`, {
      body,
      headers: { 'content-type': 'application/merge-patch+json' },
    })
  const own = { nonResourceURLs: ['/mine'], verbs: ['get'] }
  await change('system:discovery', { rules: [own] })
  await change('system:basic-user', {
    rules: [],
    metadata: { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'false' } },
  })
  const bindings = `${RBAC}/clusterrolebindings`
  await call(before.exchange, 'DELETE', `${bindings}/system:discovery`)
  await call(before.exchange, 'DELETE', `${bindings}/system:basic-user`)
  await call(before.exchange, 'POST', bindings, { body: binding('system:basic-user', 'view', 'zed') })
  await before[Symbol.asyncDispose]()

  await using after = await openTestCluster({ store })
  const discovery = rulesOf(await call(after.exchange, 'GET', `${url}/system:discovery`))
  expect(discovery).toContainEqual(own)
  expect(discovery.length).toBeGreaterThan(whole.length)
  expect(rulesOf(await call(after.exchange, 'GET', `${url}/system:basic-user`))).toEqual([])
  expect((await call(after.exchange, 'GET', `${bindings}/system:discovery`)).status).toBe(200)
  expect((await call(after.exchange, 'GET', `${bindings}/system:basic-user`)).json).toMatchObject({
    roleRef: { name: 'system:basic-user' },
    subjects: [{ kind: 'Group', name: 'system:authenticated' }],
  })
})

it('a component that is refused is told of in the log', async () => {
  const warnings: object[] = []
  const logger = { ...silentLogger, warn: (fields: object) => warnings.push(fields), child: () => logger }
  await using own = await openTestCluster({ logger: logger as unknown as Logger })
  await call(own.server.exchangeAs(identities.scheduler), 'GET', '/api/v1/secrets')
  await call(own.exchange, 'GET', '/api/v1/secrets', { headers: { 'impersonate-user': 'zed' } })
  expect(warnings).toEqual([
    { user: 'system:kube-scheduler', why: expect.stringContaining('cannot list resource "secrets"') as string },
  ])
})
