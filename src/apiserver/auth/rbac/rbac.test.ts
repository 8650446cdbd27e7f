import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { k8s, KubeObject, UserInfo } from '../../../api/index.ts'
import type { Attributes } from '../attributes.ts'
import { bootstrapPolicy } from './bootstrap-policy/policy.ts'
import type { ObjectView, RbacViews } from './object-view.ts'
import { rbacAuthorizer } from './rbac-authorizer.ts'
import { compactRules, describeRules, uncoveredRules } from './rule-covers.ts'
import { ruleAllows } from './rule-match.ts'
import { RuleResolver } from './rule-resolver.ts'

const apiGroup = 'rbac.authorization.k8s.io'
const on = (verb: string, resource: string, more: Partial<Attributes> & { group?: string } = {}): Attributes => {
  const [plural = '', subresource] = resource.split('/')
  const { group = '', ...rest } = more
  return { verb, resource: { group, resource: plural, subresource }, ...rest }
}
const at = (verb: string, path: string): Attributes => ({ verb, path })

describe('a rule', () => {
  const pods: k8s.PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }
  const scale: k8s.PolicyRule = { verbs: ['get'], apiGroups: ['*'], resources: ['*/scale'] }
  const one: k8s.PolicyRule = { verbs: ['*'], apiGroups: ['apps'], resources: ['*'], resourceNames: ['web'] }
  const paths: k8s.PolicyRule = { verbs: ['get'], nonResourceURLs: ['/healthz', '/api/*', '/logs*'] }
  test.each<[k8s.PolicyRule, Attributes, boolean]>([
    [pods, on('get', 'pods'), true],
    [pods, on('watch', 'pods'), false],
    [pods, on('get', 'pods/log'), false],
    [pods, on('get', 'pods', { group: 'metrics.k8s.io' }), false],
    [scale, on('get', 'deployments/scale', { group: 'apps' }), true],
    [scale, on('get', 'deployments', { group: 'apps' }), false],
    [scale, on('get', 'deployments/status', { group: 'apps' }), false],
    [one, on('delete', 'deployments', { group: 'apps', name: 'web' }), true],
    [one, on('patch', 'deployments/status', { group: 'apps', name: 'web' }), true],
    [one, on('delete', 'deployments', { group: 'apps', name: 'other' }), false],
    [one, on('create', 'deployments', { group: 'apps' }), false],
    [one, at('get', '/apis/apps'), false],
    [paths, at('get', '/healthz'), true],
    [paths, at('get', '/healthz/ping'), false],
    [paths, at('get', '/api/v1'), true],
    [paths, at('get', '/api'), false],
    [paths, at('get', '/logs'), true],
    [paths, at('get', '/logsearch'), true],
    [paths, at('post', '/healthz'), false],
    [paths, on('get', 'pods'), false],
    [{ verbs: ['*'], nonResourceURLs: ['*'] }, at('put', '/anything'), true],
    [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, on('escalate', 'roles', { group: apiGroup }), true],
  ])('%j, asked for %j: %s', (rule, attributes, allowed) => {
    expect(ruleAllows(rule, attributes)).toBe(allowed)
  })
})

/** Objects that can be replaced, as the store's views show them. */
class Objects<T extends KubeObject> implements ObjectView<T> {
  generation = 0
  #objects: readonly T[]
  constructor(objects: readonly T[] = []) {
    this.#objects = objects
  }
  set(objects: readonly T[]): void {
    this.#objects = objects
    this.generation++
  }
  list(): readonly T[] {
    return this.#objects
  }
  get({ namespace, name }: { namespace?: string | undefined; name: string }): T | undefined {
    return this.#objects.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
  }
}

const user = (name: string, ...groups: string[]): UserInfo => ({ name, groups })
const binding = (
  subject: k8s.RbacSubject,
  role: string,
  { kind = 'ClusterRole', namespace }: { kind?: string; namespace?: string } = {},
): k8s.RoleBinding => ({
  metadata: { name: `${role}-${subject.name}`, ...(namespace !== undefined && { namespace }) },
  roleRef: { apiGroup, kind, name: role },
  subjects: [subject],
})
const account = (name: string, namespace?: string): k8s.RbacSubject => ({
  kind: 'ServiceAccount',
  name,
  ...(namespace !== undefined && { namespace }),
})
const group = (name: string): k8s.RbacSubject => ({ kind: 'Group', name, apiGroup })
const person = (name: string): k8s.RbacSubject => ({ kind: 'User', name, apiGroup })

const views = () => ({
  roles: new Objects<k8s.Role>(),
  clusterRoles: new Objects<k8s.ClusterRole>([
    { metadata: { name: 'read' }, rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] },
  ]),
  roleBindings: new Objects<k8s.RoleBinding>(),
  clusterRoleBindings: new Objects<k8s.ClusterRoleBinding>(),
})

describe('bindings', () => {
  test.each<[string, k8s.RbacSubject, UserInfo, boolean]>([
    ['a user', person('ann'), user('ann'), true],
    ['another user', person('ann'), user('bob'), false],
    ['a group', group('dev'), user('ann', 'dev'), true],
    ['a user named as the group', group('dev'), user('dev'), false],
    ['a service account', account('app', 'one'), user('system:serviceaccount:one:app'), true],
    ['one of another namespace', account('app', 'two'), user('system:serviceaccount:one:app'), false],
    ['one of the binding’s namespace', account('app'), user('system:serviceaccount:one:app'), true],
  ])('in a namespace: %s', (_, subject, who, allowed) => {
    const all = views()
    all.roleBindings.set([binding(subject, 'read', { namespace: 'one' })])
    const authorize = rbacAuthorizer(new RuleResolver(all))
    expect(authorize(who, on('get', 'pods', { namespace: 'one' })).allowed).toBe(allowed)
    expect(authorize(who, on('get', 'pods', { namespace: 'two' })).allowed).toBe(false)
    expect(authorize(who, on('get', 'pods')).allowed).toBe(false)
  })

  it('cluster-wide hold in every namespace, but name no service account without its namespace', () => {
    const all = views()
    all.clusterRoleBindings.set([binding(person('ann'), 'read'), binding(account('app'), 'read')])
    const authorize = rbacAuthorizer(new RuleResolver(all))
    expect(authorize(user('ann'), on('get', 'pods', { namespace: 'any' }))).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by ClusterRoleBinding "read-ann" of ClusterRole "read" to User "ann"',
    })
    expect(authorize(user('system:serviceaccount::app'), on('get', 'pods')).allowed).toBe(false)
  })

  it('say why they allow, and which role is missing when nothing does', () => {
    const all = views()
    all.roleBindings.set([
      binding(account('app'), 'read', { namespace: 'one' }),
      binding(group('dev'), 'gone', { namespace: 'one' }),
      binding(group('dev'), 'gone', { kind: 'Role', namespace: 'one' }),
    ])
    const authorize = rbacAuthorizer(new RuleResolver(all))
    const asked = on('get', 'pods', { namespace: 'one' })
    expect(authorize(user('system:serviceaccount:one:app'), asked).reason).toBe(
      'RBAC: allowed by RoleBinding "read-app/one" of ClusterRole "read" to ServiceAccount "app/one"',
    )
    expect(authorize(user('ann', 'dev'), asked)).toEqual({
      allowed: false,
      reason:
        'RBAC: [clusterrole.rbac.authorization.k8s.io "gone" not found, ' +
        'role.rbac.authorization.k8s.io "gone" not found]',
    })
  })

  it('count from the write that makes them to the write that takes them away', () => {
    const all = views()
    const authorize = rbacAuthorizer(new RuleResolver(all))
    const ann = user('ann')
    const may = () => authorize(ann, on('get', 'pods', { namespace: 'one' })).allowed
    expect(may()).toBe(false)
    all.roleBindings.set([binding(person('ann'), 'read', { namespace: 'one' })])
    expect(may()).toBe(true)
    all.clusterRoles.set([])
    expect(may()).toBe(false)
    all.clusterRoles.set(views().clusterRoles.list())
    expect(may()).toBe(true)
    all.roleBindings.set([])
    expect(may()).toBe(false)
  })
})

const few = (...values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { maxLength: 2 })
const ruleArbitrary: fc.Arbitrary<k8s.PolicyRule> = fc.oneof(
  fc.record({
    verbs: few('get', 'list', '*'),
    apiGroups: few('', 'apps', '*'),
    resources: few('pods', 'pods/log', '*/log', 'deployments', '*'),
    resourceNames: few('a', 'b'),
  }),
  fc.record({ verbs: few('get', 'post', '*'), nonResourceURLs: few('/api', '/api/*', '/a*', '*') }),
)
const attributesArbitrary: fc.Arbitrary<Attributes> = fc.oneof(
  fc.record({
    verb: fc.constantFrom('get', 'list', 'delete'),
    resource: fc.record({
      group: fc.constantFrom('', 'apps'),
      resource: fc.constantFrom('pods', 'deployments'),
      subresource: fc.constantFrom(undefined, '', 'log', 'scale'),
    }),
    namespace: fc.constantFrom('', 'one', 'two'),
    name: fc.constantFrom('', 'a', 'b'),
  }),
  fc.record({ verb: fc.constantFrom('get', 'post'), path: fc.constantFrom('/api', '/api/v1', '/b') }),
)
const subjectArbitrary: fc.Arbitrary<k8s.RbacSubject> = fc.oneof(
  fc.constantFrom('ann', 'bob').map(person),
  fc.constantFrom('dev', 'ops').map(group),
  fc
    .tuple(fc.constantFrom('app', 'ann'), fc.constantFrom(undefined, 'one', 'two'))
    .map(([name, ns]) => account(name, ns)),
)
const userArbitrary = fc.record({
  name: fc.constantFrom('ann', 'bob', 'system:serviceaccount:one:app', 'system:serviceaccount:two:app'),
  groups: few('dev', 'ops'),
})
const roleNames = fc.constantFrom('r1', 'r2', 'gone')

const worldArbitrary = fc.record({
  clusterRoles: fc.tuple(fc.array(ruleArbitrary, { maxLength: 2 }), fc.array(ruleArbitrary, { maxLength: 2 })),
  roles: fc.tuple(fc.array(ruleArbitrary, { maxLength: 2 }), fc.array(ruleArbitrary, { maxLength: 2 })),
  clusterBindings: fc.array(fc.tuple(subjectArbitrary, roleNames), { maxLength: 3 }),
  bindings: fc.array(
    fc.tuple(subjectArbitrary, roleNames, fc.constantFrom('Role', 'ClusterRole'), fc.constantFrom('one', 'two')),
    { maxLength: 4 },
  ),
})
type World = typeof worldArbitrary extends fc.Arbitrary<infer T> ? T : never

function viewsOf({ clusterRoles, roles, clusterBindings, bindings }: World): RbacViews {
  const role = (name: string, rules: k8s.PolicyRule[], namespace?: string) => ({
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    rules,
  })
  return {
    clusterRoles: new Objects([role('r1', clusterRoles[0]), role('r2', clusterRoles[1])]),
    roles: new Objects([role('r1', roles[0], 'one'), role('r2', roles[1], 'two')]),
    clusterRoleBindings: new Objects(clusterBindings.map(([subject, name]) => binding(subject, name))),
    roleBindings: new Objects(
      bindings.map(([subject, name, kind, namespace]) => binding(subject, name, { kind, namespace })),
    ),
  }
}

/** Every binding, every subject, every rule, one after the other, as the words of the documentation have it. */
function naive(world: RbacViews, who: UserInfo, attributes: Attributes): boolean {
  const isSubject = ({ kind, name, namespace }: k8s.RbacSubject, home: string) =>
    (kind === 'User' && name === who.name) ||
    (kind === 'Group' && who.groups.includes(name)) ||
    (kind === 'ServiceAccount' &&
      (namespace ?? home) !== '' &&
      who.name === `system:serviceaccount:${namespace ?? home}:${name}`)
  const inForce = [
    ...world.clusterRoleBindings.list().map((one) => ({ one, home: '' })),
    ...world.roleBindings
      .list()
      .filter(({ metadata }) => metadata.namespace === attributes.namespace)
      .map((one) => ({ one, home: one.metadata.namespace ?? '' })),
  ]
  return inForce.some(({ one, home }) => {
    if (!one.subjects?.some((subject) => isSubject(subject, home))) return false
    const { kind, name } = one.roleRef
    const role = kind === 'ClusterRole' ? world.clusterRoles.get({ name }) : world.roles.get({ namespace: home, name })
    return role?.rules?.some((rule) => ruleAllows(rule, attributes)) ?? false
  })
}

it('decides as reading all bindings does', () => {
  fc.assert(
    fc.property(worldArbitrary, userArbitrary, fc.array(attributesArbitrary, { minLength: 1 }), (world, who, asked) => {
      const all = viewsOf(world)
      const authorize = rbacAuthorizer(new RuleResolver(all))
      for (const attributes of asked) expect(authorize(who, attributes).allowed).toBe(naive(all, who, attributes))
    }),
  )
})

describe('rights that cover others', () => {
  it('allow all that those allow', () => {
    const rules = fc.array(ruleArbitrary, { maxLength: 3 })
    fc.assert(
      fc.property(rules, rules, attributesArbitrary, (held, wanted, attributes) => {
        fc.pre(uncoveredRules(held, wanted).length === 0)
        if (wanted.some((rule) => ruleAllows(rule, attributes)))
          expect(held.some((rule) => ruleAllows(rule, attributes))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('cover themselves, and lack exactly what is told', () => {
    const rules = fc.array(ruleArbitrary, { maxLength: 3 })
    fc.assert(
      fc.property(rules, rules, (held, wanted) => {
        expect(uncoveredRules(held, held)).toEqual([])
        const missing = uncoveredRules(held, wanted)
        expect(uncoveredRules([...held, ...missing], wanted)).toEqual([])
        expect(uncoveredRules(compactRules(missing), missing)).toEqual([])
      }),
    )
  })

  it('are told by resource, verbs together', () => {
    const held = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }]
    const wanted = [
      { verbs: ['get', 'list', 'delete'], apiGroups: [''], resources: ['pods', 'pods/log'] },
      { verbs: ['get'], apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'] },
      { verbs: ['get'], nonResourceURLs: ['/metrics'] },
    ]
    expect(describeRules(uncoveredRules(held, wanted))).toBe(
      [
        '{APIGroups:[""], Resources:["pods"], Verbs:["list" "delete"]}',
        '{APIGroups:[""], Resources:["pods/log"], Verbs:["get" "list" "delete"]}',
        '{APIGroups:["apps"], Resources:["deployments"], ResourceNames:["web"], Verbs:["get"]}',
        '{NonResourceURLs:["/metrics"], Verbs:["get"]}',
      ].join('\n'),
    )
  })
})

describe('the policy of a new cluster', () => {
  const policy = bootstrapPolicy()
  it('binds only roles that are there, and names nothing twice', () => {
    const names = new Set(policy.clusterRoles.map(({ metadata }) => metadata.name))
    expect(names.size).toBe(policy.clusterRoles.length)
    for (const { roleRef } of policy.clusterRoleBindings) expect(names).toContain(roleRef.name)
    for (const { metadata, roleRef } of policy.roleBindings)
      expect(
        policy.roles.some(
          (role) => role.metadata.namespace === metadata.namespace && role.metadata.name === roleRef.name,
        ),
      ).toBe(true)
  })

  it('lets nobody but superusers become more than they are', () => {
    const dangerous: Attributes[] = [
      on('escalate', 'roles', { group: apiGroup }),
      on('bind', 'clusterroles', { group: apiGroup }),
      on('impersonate', 'users'),
      on('impersonate', 'groups'),
    ]
    const holders = policy.clusterRoles
      .filter(({ rules }) => rules?.some((rule) => dangerous.some((attributes) => ruleAllows(rule, attributes))))
      .map(({ metadata }) => metadata.name)
    expect(holders).toEqual(['cluster-admin'])
  })
})
