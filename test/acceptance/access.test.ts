/** Who may do what, with the real kubectl. The apps' isolation is of no matter here: the process runtime will do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, openInstallation } from './harness/installation.ts'

describe('access', () => {
  let naru: Installation

  const kubectl = (...args: string[]) => naru.kubectlResult(args)
  const as = (user: string, ...args: string[]) => kubectl(...args, `--as=${user}`)
  const answer = async (user: string, ...args: string[]) =>
    (await as(user, 'auth', 'can-i', ...args)).stdout.trim().split('\n').at(-1)

  beforeAll(async () => {
    naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
    await naru.mustNaru('up')
    for (const name of ['one', 'two']) await naru.kubectl('create', 'namespace', name)
  })
  afterAll(() => naru[Symbol.asyncDispose]())

  it('the admin is a superuser, and knows it', async () => {
    expect(await naru.kubectl('auth', 'whoami')).toMatch(/Username +naru-admin[\s\S]*system:masters/)
    expect(await answer('naru-admin', '*', '*', '--as-group=system:masters')).toBe('yes')
    expect(await naru.kubectl('auth', 'can-i', '--list')).toMatch(/\*\.\* +\[\] +\[\] +\[\*\]/)
  })

  it('two users have a namespace each, and nothing of the other', async () => {
    await naru.kubectl('create', 'rolebinding', 'ann', '--clusterrole=edit', '--user=ann', '-n', 'one')
    await naru.kubectl('create', 'rolebinding', 'bob', '--clusterrole=view', '--group=viewers', '-n', 'two')
    await expect.poll(() => answer('ann', 'create', 'deployments', '-n', 'one'), { timeout: 10_000 }).toBe('yes')
    expect(await answer('ann', 'create', 'deployments', '-n', 'two')).toBe('no')
    expect(await answer('ann', 'get', 'secrets', '-n', 'one')).toBe('yes')
    expect(await answer('ann', 'list', 'nodes')).toBe('no')
    expect(await answer('bob', 'list', 'pods', '-n', 'two', '--as-group=viewers')).toBe('yes')
    expect(await answer('bob', 'list', 'pods', '-n', 'two')).toBe('no')
    expect(await answer('bob', 'get', 'secrets', '-n', 'two', '--as-group=viewers')).toBe('no')
    expect((await as('ann', 'create', 'configmap', 'mine', '-n', 'one')).code).toBe(0)
    expect(await as('ann', 'get', 'configmaps', '-n', 'two')).toMatchObject({
      code: 1,
      stderr:
        'Error from server (Forbidden): configmaps is forbidden: User "ann" cannot list resource "configmaps" ' +
        'in API group "" in the namespace "two"\n',
    })
  })

  it('can-i --list shows what roles give', async () => {
    const { stdout } = await as('ann', 'auth', 'can-i', '--list', '-n', 'one')
    expect(stdout).toMatch(/^deployments\.apps .*\[create delete deletecollection patch update/m)
    expect(stdout).toMatch(/^selfsubjectaccessreviews\.authorization\.k8s\.io .*\[create\]/m)
    expect(stdout).toMatch(/\[\/apis\/\*\] +\[\] +\[get\]/)
  })

  it('roles made by kubectl’s generators count, also for service accounts', async () => {
    await naru.kubectl('create', 'role', 'logs', '--verb=get,list', '--resource=pods,pods/log', '-n', 'one')
    await naru.kubectl('create', 'rolebinding', 'logs', '--role=logs', '--serviceaccount=one:default', '-n', 'one')
    const account = 'system:serviceaccount:one:default'
    expect(await answer(account, 'get', 'pods', '--subresource=log', '-n', 'one')).toBe('yes')
    expect(await answer(account, 'delete', 'pods', '-n', 'one')).toBe('no')
    await naru.kubectl('create', 'clusterrole', 'scales', '--verb=get', '--resource=deployments.apps/scale')
    await naru.kubectl('create', 'clusterrolebinding', 'scales', '--clusterrole=scales', '--user=zed')
    expect(await answer('zed', 'get', 'deployments.apps', '--subresource=scale')).toBe('yes')
    await naru.kubectl('create', 'clusterrole', 'watcher', '--verb=get', '--non-resource-url=/metrics')
    await naru.kubectl('create', 'clusterrolebinding', 'watcher', '--clusterrole=watcher', '--user=zed')
    expect(await answer('zed', 'get', '/metrics')).toBe('yes')
  })

  it('nobody gives away more than they have', async () => {
    await naru.kubectl('create', 'rolebinding', 'ann-admin', '--clusterrole=admin', '--user=ann', '-n', 'one')
    const up = await as('ann', 'create', 'rolebinding', 'up', '--clusterrole=cluster-admin', '--user=ann', '-n', 'one')
    expect(up.code).toBe(1)
    expect(up.stderr).toContain(
      'rolebindings.rbac.authorization.k8s.io "up" is forbidden: user "ann" (groups=["system:authenticated"]) ' +
        'is attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}',
    )
    const args = ['--verb=get', '--resource=pods', '-n', 'one']
    expect((await as('ann', 'create', 'role', 'held', ...args)).code).toBe(0)
  })

  it('auth reconcile makes and mends', async () => {
    const role = (...verbs: string[]) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'mended', namespace: 'two' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs }],
    })
    const reconcile = (object: object) =>
      naru.kubectlResult(['auth', 'reconcile', '-f', '-'], { env: naru.env, input: JSON.stringify(object) })
    expect((await reconcile(role('get'))).stdout).toContain('mended reconciled')
    expect((await reconcile(role('get', 'list'))).stderr).toContain('missing rules added')
    const { rules } = await naru.kubectlJson<ReturnType<typeof role>>('get', 'role', 'mended', '-n', 'two')
    expect(rules.flatMap(({ verbs }) => verbs).sort()).toEqual(['get', 'list'])
  })

  it('the engine works with the rights of its components', async () => {
    const may: readonly [string, string, ...string[]][] = [
      ['yes', 'system:kube-scheduler', 'create', 'pods', '--subresource=binding'],
      ['no', 'system:kube-scheduler', 'get', 'secrets'],
      ['yes', 'system:naru:edge', 'list', 'services'],
      ['no', 'system:naru:edge', 'get', 'secrets'],
      ['yes', 'system:serviceaccount:kube-system:deployment-controller', 'create', 'replicasets.apps'],
      ['no', 'system:serviceaccount:kube-system:deployment-controller', 'create', 'pods'],
    ]
    for (const [expected, user, ...what] of may)
      expect({ user, what, answer: await answer(user, ...what) }).toEqual({ user, what, answer: expected })
  })
})
