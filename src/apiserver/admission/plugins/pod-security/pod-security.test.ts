import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { call } from '../../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../../test/harness/cluster.ts'
import type { k8s } from '../../../../api/index.ts'
import { checkedPod } from './check.ts'
import { details, evaluate } from './evaluate.ts'
import { policyOf, printed } from './policy.ts'

type Spec = Partial<k8s.PodSpec>
const container = (name: string, more: Partial<k8s.Container> = {}): k8s.Container => ({ name, image: 'i', ...more })
const secured = (name: string, securityContext: k8s.SecurityContext) => container(name, { securityContext })
const verdict = (
  level: 'baseline' | 'restricted',
  spec: Spec,
  { version = 'latest', annotations = {} }: { version?: 'latest' | number; annotations?: Record<string, string> } = {},
) => {
  const pod = checkedPod({ metadata: { annotations }, spec: { containers: [], ...spec } })
  return details(evaluate({ level, version }, pod))
}

describe('the baseline level forbids', () => {
  test.each<[string, Spec, string]>([
    ['host namespaces', { hostNetwork: true, hostIPC: true }, 'host namespaces (hostNetwork=true, hostIPC=true)'],
    [
      'host paths',
      { volumes: [{ name: 'a', hostPath: { path: '/' } }, { name: 'b', hostPath: { path: '/' } }, { name: 'c' }] },
      'hostPath volumes (volumes "a", "b")',
    ],
    [
      'host ports',
      {
        initContainers: [container('b', { ports: [{ containerPort: 1, hostPort: 20 }] })],
        containers: [container('a', { ports: [{ containerPort: 1, hostPort: 10 }] }), container('c')],
      },
      'hostPort (containers "b", "a" use hostPorts 10, 20)',
    ],
    [
      'privileged containers',
      { containers: [secured('a', { privileged: true }), secured('b', { privileged: false })] },
      'privileged (container "a" must not set securityContext.privileged=true)',
    ],
    [
      'unusual capabilities',
      {
        containers: [
          secured('a', { capabilities: { add: ['FOO', 'CHOWN', 'BAR'] } }),
          secured('b', { capabilities: { add: ['BAR'] } }),
        ],
      },
      'non-default capabilities (containers "a", "b" must not include "BAR", "FOO" in securityContext.capabilities.add)',
    ],
    [
      'bare /proc',
      { containers: [secured('a', { procMount: 'Unmasked' })] },
      'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
    ],
    [
      'no seccomp',
      {
        securityContext: { seccompProfile: { type: 'Unconfined' } },
        containers: [secured('a', { seccompProfile: { type: 'Unconfined' } })],
      },
      'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      'no AppArmor',
      { containers: [secured('a', { appArmorProfile: { type: 'Unconfined' } })] },
      'forbidden AppArmor profile (container "a" must not set AppArmor profile type to "Unconfined")',
    ],
    [
      'SELinux types, users and roles',
      {
        securityContext: { seLinuxOptions: { type: 'spc_t', role: 'r' } },
        containers: [secured('a', { seLinuxOptions: { user: 'u' } })],
      },
      'seLinuxOptions (pod and container "a" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
    ],
    [
      'kernel settings',
      {
        securityContext: {
          sysctls: [
            { name: 'kernel.msgmax', value: '1' },
            { name: 'net.ipv4.tcp_rmem', value: '1' },
          ],
        },
      },
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      'probes of other hosts',
      { containers: [container('a', { livenessProbe: { httpGet: { host: 'x', port: 1 } } })] },
      'probe or lifecycle host (container "a" uses probe or lifecycle host "x")',
    ],
    [
      'Windows hosts',
      { securityContext: { windowsOptions: { hostProcess: true } } },
      'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
  ])('%s', (_, spec, words) => {
    expect(verdict('baseline', spec)).toBe(words)
  })

  it('what its version forbade', () => {
    const rmem = { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } }
    expect(verdict('baseline', rmem, { version: 31 })).toBe('forbidden sysctls (net.ipv4.tcp_rmem)')
    expect(verdict('baseline', rmem, { version: 32 })).toBe('')
    const annotations = {
      'seccomp.security.alpha.kubernetes.io/pod': 'unconfined',
      'container.apparmor.security.beta.kubernetes.io/a': 'unconfined',
    }
    expect(verdict('baseline', {}, { version: 18, annotations })).toBe(
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/a="unconfined""), seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
    )
  })
})

describe('the restricted level', () => {
  it('wants everything said', () => {
    expect(verdict('restricted', { containers: [container('a'), container('b')] })).toBe(
      'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    )
  })

  const good = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  const strict: Spec = { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } }

  it('allows what says so, and Windows what does not apply to it', () => {
    expect(verdict('restricted', { ...strict, containers: [secured('a', good)] })).toBe('')
    const windows = { os: { name: 'windows' }, securityContext: { runAsNonRoot: true }, containers: [container('a')] }
    expect(verdict('restricted', windows)).toBe('')
  })

  test.each<[string, Spec, string]>([
    [
      'root',
      { ...strict, containers: [secured('a', { ...good, runAsNonRoot: false, runAsUser: 0 })] },
      'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "a" must not set runAsUser=0)',
    ],
    [
      'capabilities taken back',
      {
        ...strict,
        containers: [secured('a', { ...good, capabilities: { add: ['CHOWN', 'NET_BIND_SERVICE'], drop: ['ALL'] } })],
      },
      'unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
    [
      'volumes of the host or the network, once',
      {
        ...strict,
        containers: [],
        volumes: [
          { name: 'h', hostPath: { path: '/' } },
          { name: 'n', nfs: { server: 's', path: '/' } },
          { name: 'u' },
        ],
      },
      'restricted volume types (volumes "h", "n", "u" use restricted volume types "hostPath", "nfs", "unknown")',
    ],
  ])('forbids %s', (_, spec, words) => {
    expect(verdict('restricted', spec)).toBe(words)
  })
})

describe('the policy of a namespace', () => {
  const of = (labels: Record<string, string>) => {
    const named = Object.entries(labels).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value])
    const { policy, errors } = policyOf(Object.fromEntries(named) as Record<string, string>)
    return [printed(policy.enforce), printed(policy.audit), printed(policy.warn), errors.length]
  }
  test.each([
    [{}, ['privileged:latest', 'privileged:latest', 'privileged:latest', 0]],
    [{ enforce: 'baseline' }, ['baseline:latest', 'privileged:latest', 'baseline:latest', 0]],
    [
      { enforce: 'restricted', 'enforce-version': 'v1.29', warn: 'baseline' },
      ['restricted:v1.29', 'privileged:latest', 'baseline:latest', 0],
    ],
    [{ enforce: 'baseline', 'enforce-version': 'v1.29' }, ['baseline:v1.29', 'privileged:latest', 'baseline:v1.29', 0]],
    [{ enforce: 'much', warn: 'little' }, ['restricted:latest', 'privileged:latest', 'privileged:latest', 2]],
    [{ 'audit-version': 'v2.1', audit: 'baseline' }, ['privileged:latest', 'baseline:latest', 'privileged:latest', 1]],
  ])('%o', (labels, expected) => {
    expect(of(labels as Record<string, string>)).toEqual(expected)
  })
})

describe('a cluster', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())
  const namespace = (labels: Record<string, string>) =>
    call(cluster.exchange, 'POST', '/api/v1/namespaces', {
      body: {
        metadata: {
          name: 'ns',
          labels: Object.fromEntries(
            Object.entries(labels).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]),
          ),
        },
      },
    })
  const allowedServiceAccount = () =>
    call(cluster.exchange, 'POST', '/api/v1/namespaces/ns/serviceaccounts', { body: { metadata: { name: 'default' } } })
  const create = (name: string, spec: Spec) =>
    call(cluster.exchange, 'POST', '/api/v1/namespaces/ns/pods', {
      body: { metadata: { name }, spec: { containers: [container('c')], ...spec } },
    })

  it('refuses pods that violate the level enforced', async () => {
    await namespace({ enforce: 'baseline', audit: 'restricted' })
    await allowedServiceAccount()
    expect((await create('good', {})).status).toBe(201)
    expect((await create('bad', { hostPID: true })).json).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'pods "bad" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)',
      details: { name: 'bad', kind: 'pods' },
    })
  })

  it('warns of workloads whose pods would be refused', async () => {
    await namespace({ enforce: 'baseline' })
    const template = {
      metadata: { labels: { a: 'b' } },
      spec: { hostPID: true, containers: [container('c')] },
    }
    const { status, headers } = await call(cluster.exchange, 'POST', '/apis/apps/v1/namespaces/ns/deployments', {
      body: { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } },
    })
    expect(status).toBe(201)
    expect(headers.warning).toBe(
      '299 - "would violate PodSecurity \\"baseline:latest\\": host namespaces (hostPID=true)"',
    )
  })

  it('refuses labels that mean nothing, and warns when a level does not fit the pods that are there', async () => {
    expect((await namespace({ enforce: 'some' })).json.message).toBe(
      'Namespace "ns" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "some": must be one of privileged, baseline, restricted',
    )
    await namespace({})
    await allowedServiceAccount()
    for (const name of ['b', 'a']) expect((await create(name, { hostPID: true })).status).toBe(201)
    const { headers } = await call(cluster.exchange, 'PATCH', '/api/v1/namespaces/ns', {
      body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    expect(headers.warning).toBe(
      '299 - "existing pods in namespace \\"ns\\" violate the new PodSecurity enforce level \\"baseline:latest\\"", 299 - "a (and 1 other pod): host namespaces"',
    )
  })
})
