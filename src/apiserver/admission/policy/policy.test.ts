import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import type { k8s } from '../../../api/index.ts'

const CONFIGMAPS = '/api/v1/namespaces/default/configmaps'
const ADMISSION = '/apis/admissionregistration.k8s.io/v1'
const EVERY_CONFIGMAP = {
  resourceRules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
}
const configMap = (name: string, data: object = { a: 'b' }) => ({ metadata: { name, labels: { app: 'web' } }, data })

describe('admission policies', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
  })
  afterEach(async () => {
    await cluster[Symbol.asyncDispose]()
  })

  const post = (url: string, body: object) => call(cluster.exchange, 'POST', url, { body })
  const make = async (url: string, body: object) => {
    const { status, text } = await post(url, body)
    expect(status, text).toBe(201)
  }
  const policy = (spec: k8s.ValidatingAdmissionPolicySpec, name = 'p') =>
    make(`${ADMISSION}/validatingadmissionpolicies`, {
      metadata: { name },
      spec: { matchConstraints: EVERY_CONFIGMAP, ...spec },
    })
  const bind = (spec: k8s.ValidatingAdmissionPolicyBindingSpec = {}, name = 'b') =>
    make(`${ADMISSION}/validatingadmissionpolicybindings`, {
      metadata: { name },
      spec: { policyName: 'p', validationActions: ['Deny'], ...spec },
    })
  const create = (name = 'c', data?: object) => post(CONFIGMAPS, configMap(name, data))
  /** What is said to who creates a ConfigMap; undefined: it is made. */
  const refusal = async (data?: object) => {
    const { status, json } = await create('c', data)
    if (status === 201) await call(cluster.exchange, 'DELETE', `${CONFIGMAPS}/c`)
    const { message } = json as k8s.Status
    return status === 201 ? undefined : message?.replace(/^.* denied request: /, '')
  }

  it('say nothing until they are bound', async () => {
    await policy({ validations: [{ expression: 'false' }] })
    expect(await refusal()).toBeUndefined()
    await bind()
    expect(await refusal()).toBe('failed expression: false')
  })

  it('refuse as Kubernetes does', async () => {
    await policy({ validations: [{ expression: 'object.data.a != "b"' }] })
    await bind()
    const { status, json } = await create()
    const denied =
      "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.data.a != \"b\""
    expect(status).toBe(422)
    expect(json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `configmaps "c" is forbidden: ${denied}`,
      reason: 'Invalid',
      code: 422,
      details: { name: 'c', kind: 'configmaps', causes: [{ message: denied }] },
    })
  })

  it.each([
    ['Forbidden', 403],
    ['RequestEntityTooLarge', 413],
    ['Invalid', 422],
  ])('give %s as the reason when they are to', async (reason, code) => {
    await policy({ validations: [{ expression: 'false', reason, message: 'no' }] })
    await bind()
    expect((await create()).json).toMatchObject({ reason, code })
  })

  it.each<[string, k8s.Validation, string | undefined]>([
    ['holds', { expression: 'object.data.a == "b"' }, undefined],
    ['has a message', { expression: 'false', message: ' not so ' }, 'not so'],
    ['computes one', { expression: 'false', message: 'm', messageExpression: '"got " + object.data.a' }, 'got b'],
    ['fails to compute one', { expression: 'false', message: 'm', messageExpression: 'string(object.data.x)' }, 'm'],
    ['computes an empty one', { expression: 'false', messageExpression: '"  "' }, 'failed expression: false'],
    [
      'cannot be told',
      { expression: 'object.data.x == "b"' },
      'expression \'object.data.x == "b"\' resulted in error: no such key: x',
    ],
    ['sees the request', { expression: 'request.operation == "CREATE" && request.namespace == "default"' }, undefined],
    ['sees that there was nothing', { expression: 'oldObject == null' }, undefined],
    ['sees the namespace', { expression: 'namespaceObject.metadata.name == "default"' }, undefined],
    ['asks the authorizer', { expression: 'authorizer.group("").resource("pods").check("get").allowed()' }, undefined],
  ])('that %s', async (_, validation, said) => {
    await policy({ validations: [validation] })
    await bind()
    expect(await refusal()).toBe(said)
  })

  it('compute variables for one another', async () => {
    await policy({
      variables: [
        { name: 'size', expression: 'size(object.data)' },
        { name: 'odd', expression: 'variables.size % 2 == 1' },
        { name: 'broken', expression: 'object.data.nothing' },
      ],
      validations: [{ expression: 'variables.odd', messageExpression: '"size " + string(variables.size)' }],
    })
    await bind()
    expect(await refusal()).toBeUndefined()
    expect(await refusal({ a: '1', b: '2' })).toBe('size 2')
  })

  it('are asked only where conditions hold, and refuse when that cannot be told', async () => {
    await policy({
      matchConditions: [{ name: 'some', expression: 'object.data.kind == "judged"' }],
      validations: [{ expression: 'false' }],
    })
    await bind()
    expect(await refusal({ kind: 'other' })).toBeUndefined()
    expect(await refusal({ kind: 'judged' })).toBe('failed expression: false')
    expect(await refusal()).toBe('expression \'object.data.kind == "judged"\' resulted in error: no such key: kind')
  })

  it('are overlooked when they fail, if they say so', async () => {
    await policy({ failurePolicy: 'Ignore', validations: [{ expression: 'object.data.x == "b"' }] })
    await bind()
    expect(await refusal()).toBeUndefined()
    expect(await refusal({ x: 'c' })).toBe('failed expression: object.data.x == "b"')
  })

  it('warn, and note in the audit event, instead of refusing', async () => {
    await policy({
      validations: [{ expression: 'true' }, { expression: 'false', message: 'not so' }],
      auditAnnotations: [{ key: 'size', valueExpression: '"size " + string(size(object.data))' }],
    })
    await bind({ validationActions: ['Warn', 'Audit'] })
    const { status, headers } = await create()
    expect(status).toBe(201)
    expect(String(headers.warning)).toBe(
      "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': not so\"",
    )
  })

  it('are shown old objects, and what is deleted', async () => {
    await create()
    await policy({
      validations: [{ expression: 'request.operation != "DELETE" || oldObject.data.a != "b"', message: 'kept' }],
    })
    await bind()
    const { status, json } = await call(cluster.exchange, 'DELETE', `${CONFIGMAPS}/c`)
    expect([status, (json as k8s.Status).message]).toEqual([
      422,
      "configmaps \"c\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: kept",
    ])
  })

  it.each<[string, k8s.MatchResources, boolean]>([
    ['of other labels', { objectSelector: { matchLabels: { app: 'db' } } }, false],
    ['of these labels', { objectSelector: { matchLabels: { app: 'web' } } }, true],
    ['of another namespace', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'x' } } }, false],
    ['of this namespace', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } } }, true],
    ['that are excluded', { excludeResourceRules: EVERY_CONFIGMAP.resourceRules }, false],
    [
      'of another name',
      { resourceRules: EVERY_CONFIGMAP.resourceRules.map((rule) => ({ ...rule, resourceNames: ['d'] })) },
      false,
    ],
  ])('are bound to objects %s', async (_, matchResources, refused) => {
    await policy({ validations: [{ expression: 'false' }] })
    await bind({ matchResources })
    expect((await refusal()) !== undefined).toBe(refused)
  })

  it('cannot lock out who configures them', async () => {
    await policy({
      matchConstraints: {
        resourceRules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] }],
      },
      validations: [{ expression: 'false' }],
    })
    await bind()
    expect(await refusal()).toBe('failed expression: false')
    const { status } = await call(cluster.exchange, 'DELETE', `${ADMISSION}/validatingadmissionpolicybindings/b`)
    expect(status).toBe(200)
    expect(await refusal()).toBeUndefined()
  })

  describe('with parameters', () => {
    const LIMIT = { validations: [{ expression: 'size(object.data) <= int(params.data.most)' }] }
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
    const param = (name: string, most: string, namespace = 'default') =>
      make(`/api/v1/namespaces/${namespace}/configmaps`, {
        metadata: { name, labels: { is: 'limit' } },
        data: { most },
      })
    const two = { a: '1', b: '2' }

    it('read the object a binding names', async () => {
      await param('one', '1')
      await policy({ paramKind, ...LIMIT })
      await bind({ paramRef: { name: 'one', parameterNotFoundAction: 'Deny' } })
      expect(await refusal()).toBeUndefined()
      expect(await refusal(two)).toBe('failed expression: size(object.data) <= int(params.data.most)')
    })

    it('hold to all that are selected', async () => {
      await param('one', '1', 'kube-system')
      await param('two', '2', 'kube-system')
      await policy({ paramKind, ...LIMIT })
      const selector = { matchLabels: { is: 'limit' } }
      await bind({ paramRef: { selector, namespace: 'kube-system', parameterNotFoundAction: 'Deny' } })
      expect(await refusal()).toBeUndefined()
      expect(await refusal(two)).toBe('failed expression: size(object.data) <= int(params.data.most)')
    })

    it.each([
      ['Allow', undefined],
      ['Deny', 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction'],
    ])('when there are none: %s', async (parameterNotFoundAction, said) => {
      await policy({ paramKind, ...LIMIT })
      await bind({ paramRef: { name: 'none', parameterNotFoundAction } })
      expect(await refusal(two)).toBe(said)
    })

    it('of a kind that nobody knows are misconfigured', async () => {
      await policy({ paramKind: { apiVersion: 'x.io/v1', kind: 'Nothing' }, ...LIMIT })
      await bind({ paramRef: { name: 'x', parameterNotFoundAction: 'Allow' } })
      expect(await refusal()).toBe(
        "failed to configure policy: failed to find resource referenced by paramKind: 'x.io/v1, Kind=Nothing'",
      )
    })

    it('of no namespace are not looked for in one', async () => {
      await policy({ paramKind: { apiVersion: 'v1', kind: 'Namespace' }, validations: [{ expression: 'true' }] })
      await bind({ paramRef: { name: 'x', namespace: 'default', parameterNotFoundAction: 'Allow' } })
      expect(await refusal()).toBe(
        'failed to configure binding: paramRef.namespace must not be provided for a cluster-scoped `paramKind`',
      )
    })
  })
})
