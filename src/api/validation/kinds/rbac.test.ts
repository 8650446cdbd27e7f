import { expect, test } from 'vitest'
import { applyDefaults } from '../../defaults/index.ts'
import * as resources from '../../generated/resources.ts'
import type { KubeObject } from '../../object.ts'
import type { Resource } from '../../resource.ts'
import { validateObject } from '../validate-object.ts'

const apiGroup = 'rbac.authorization.k8s.io'
const roleRef = { apiGroup, kind: 'ClusterRole', name: 'view' }
const user = { kind: 'User', name: 'ann' }

function problems(resource: Resource, value: object, before?: object): string[] {
  const make = (content: object) => {
    const metadata = { name: 'n', ...(resource.namespaced && { namespace: 'ns' }) }
    const object = structuredClone({ metadata, ...content }) as KubeObject
    applyDefaults(resource, object)
    return object
  }
  return validateObject(resource, make(value), before && make(before)).map(
    ({ field, message }) => `${field}: ${message}`,
  )
}

const rule = (more: object) => ({ rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], ...more }] })

test.each<[string, Resource, object, string[]]>([
  ['a role', resources.roles, rule({}), []],
  [
    'its name',
    resources.roles,
    { ...rule({}), metadata: { name: 'system:a%b', namespace: 'ns' } },
    ['metadata.name: Invalid value: "system:a%b": may not contain \'%\''],
  ],
  [
    'no verb',
    resources.roles,
    rule({ verbs: [] }),
    ['rules[0].verbs: Required value: verbs must contain at least one value'],
  ],
  [
    'no group',
    resources.clusterroles,
    rule({ apiGroups: [] }),
    ['rules[0].apiGroups: Required value: resource rules must supply at least one api group'],
  ],
  [
    'no resource',
    resources.clusterroles,
    rule({ resources: [] }),
    ['rules[0].resources: Required value: resource rules must supply at least one resource'],
  ],
  ['paths in a cluster role', resources.clusterroles, { rules: [{ verbs: ['get'], nonResourceURLs: ['/a'] }] }, []],
  [
    'paths in a role',
    resources.roles,
    { rules: [{ verbs: ['get'], nonResourceURLs: ['/a'] }] },
    ['rules[0].nonResourceURLs: Invalid value: ["/a"]: namespaced rules cannot apply to non-resource URLs'],
  ],
  [
    'both',
    resources.clusterroles,
    rule({ nonResourceURLs: ['/a'] }),
    [
      'rules[0].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs',
    ],
  ],
  [
    'gathering nothing',
    resources.clusterroles,
    { aggregationRule: {} },
    [
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ],
  ],
  [
    'a bad selector',
    resources.clusterroles,
    { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'é' } }] } },
    [
      expect.stringContaining('aggregationRule.clusterRoleSelectors[0].matchLabels: Invalid value: "é"') as string,
      'aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.',
    ],
  ],
  ['a binding', resources.rolebindings, { roleRef, subjects: [user, { kind: 'ServiceAccount', name: 'app' }] }, []],
  [
    'another group',
    resources.rolebindings,
    { roleRef: { ...roleRef, apiGroup: 'x' } },
    [`roleRef.apiGroup: Unsupported value: "x": supported values: "${apiGroup}"`],
  ],
  [
    'another kind',
    resources.rolebindings,
    { roleRef: { ...roleRef, kind: 'Pod' } },
    ['roleRef.kind: Unsupported value: "Pod": supported values: "Role", "ClusterRole"'],
  ],
  [
    'a role for the whole cluster',
    resources.clusterrolebindings,
    { roleRef: { ...roleRef, kind: 'Role' } },
    ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
  ],
  ['no name', resources.rolebindings, { roleRef: { ...roleRef, name: '' } }, ['roleRef.name: Required value']],
  [
    'a bad name',
    resources.rolebindings,
    { roleRef: { ...roleRef, name: 'a/b' } },
    ['roleRef.name: Invalid value: "a/b": may not contain \'/\''],
  ],
  [
    'an account of nowhere',
    resources.clusterrolebindings,
    { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'a' }] },
    ['subjects[0].namespace: Required value'],
  ],
  [
    'an account of a group',
    resources.rolebindings,
    { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'a', apiGroup }] },
    [`subjects[0].apiGroup: Unsupported value: "${apiGroup}": supported values: ""`],
  ],
  [
    'a user of another group',
    resources.rolebindings,
    { roleRef, subjects: [{ ...user, apiGroup: 'x' }] },
    [`subjects[0].apiGroup: Unsupported value: "x": supported values: "${apiGroup}"`],
  ],
  [
    'a subject of another kind',
    resources.rolebindings,
    { roleRef, subjects: [{ kind: 'Robot', name: 'r' }] },
    ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
  ],
  [
    'a subject without a name',
    resources.rolebindings,
    { roleRef, subjects: [{ kind: 'Group', name: '' }] },
    ['subjects[0].name: Required value'],
  ],
])('%s', (_, resource, value, expected) => {
  expect(problems(resource, value)).toEqual(expected)
})

test('what a binding refers to stays', () => {
  const changed = { roleRef: { ...roleRef, name: 'edit' }, subjects: [user] }
  expect(problems(resources.rolebindings, changed, { roleRef })).toEqual([
    `roleRef: Invalid value: {"APIGroup":"${apiGroup}","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef`,
  ])
  expect(problems(resources.rolebindings, { roleRef, subjects: [user] }, { roleRef })).toEqual([])
})

test('a change has each of its faults twice, as in Kubernetes', () => {
  const why = 'roleRef.name: Required value'
  const changed = { roleRef: { ...roleRef, name: '' } }
  expect(problems(resources.rolebindings, changed, { roleRef })).toEqual([
    why,
    why,
    `roleRef: Invalid value: {"APIGroup":"${apiGroup}","Kind":"ClusterRole","Name":""}: cannot change roleRef`,
  ])
})
