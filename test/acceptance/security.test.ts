// What a pod's security context asks for, as the processes in its containers find it, on real containers.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { eventually } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { imageOf, publishImage } from './harness/publish-image.ts'

let naru: Installation

beforeAll(async () => {
  naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
  await naru.mustNaru('up')
  await publishImage(naru, 'busybox')
})
afterAll(async () => naru?.[Symbol.asyncDispose]())

interface Asked {
  pod?: object
  container?: object
}

const podOf = (name: string, script: string, { pod = {}, container = {} }: Asked = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image: imageOf('busybox'), command: ['sh', '-c', script], ...container }],
    ...pod,
  },
})
const statusOf = async (name: string) => (await naru.kubectlJson<k8s.Pod>('get', `pod/${name}`)).status
/** What the pod wrote, once it has ended. */
async function said(name: string): Promise<string> {
  await eventually(`${name} has ended`, async () => /Succeeded|Failed/.test((await statusOf(name))?.phase ?? ''))
  return naru.kubectl('logs', name)
}
/** The reason and message for which a container of the pod waits. */
const waits = (name: string, reason: string) =>
  eventually(`${name} waits for ${reason}`, async () => {
    const waiting = (await statusOf(name))?.containerStatuses?.[0]?.state?.waiting
    return waiting?.reason === reason && waiting
  })

/** Of /proc/self/status: the mode of seccomp (2: a filter), the effective capabilities, whether there can be new rights. */
const KERNEL = `grep -E '^(Seccomp|CapEff|NoNewPrivs):' /proc/self/status | tr -s '[:space:]' ' '`
const profile = (seccompProfile: object) => ({ securityContext: { seccompProfile } })

const CASES: [string, Asked, string | RegExp][] = [
  ['nothing-asked', {}, /NoNewPrivs: 0 Seccomp: 0/],
  ['default-filter', { pod: profile({ type: 'RuntimeDefault' }) }, /Seccomp: 2/],
  [
    'own-above-pod',
    { pod: profile({ type: 'RuntimeDefault' }), container: profile({ type: 'Unconfined' }) },
    /Seccomp: 0/,
  ],
  [
    'one-capability',
    // CAP_NET_BIND_SERVICE is number 10 of linux/capability.h.
    { container: { securityContext: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } } },
    /CapEff: 0000000000000400 /,
  ],
  ['no-new-rights', { container: { securityContext: { allowPrivilegeEscalation: false } } }, /NoNewPrivs: 1/],
]

it('filters, capabilities and rights are what was asked for', async () => {
  await naru.apply(...CASES.map(([name, asked]) => podOf(name, KERNEL, asked)))
  for (const [name, , expected] of CASES) expect(await said(name), name).toMatch(expected)
}, 120_000)

it('a filter of the node’s is found by its name, and one that is not there keeps the container from being made', async () => {
  const folder = join(naru.stateDir, 'kubelet', 'seccomp', 'profiles')
  await mkdir(folder, { recursive: true })
  const names = ['mkdir', 'mkdirat']
  const rules = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names, action: 'SCMP_ACT_ERRNO' }] }
  await writeFile(join(folder, 'no-folders.json'), JSON.stringify(rules))
  const asks = (localhostProfile: string) => ({ pod: profile({ type: 'Localhost', localhostProfile }) })
  const script = 'mkdir /tmp/folder; touch /tmp/file && echo a file'
  await naru.apply(
    podOf('no-folders', script, asks('profiles/no-folders.json')),
    podOf('no-filter', script, asks('profiles/none.json')),
  )
  expect(await said('no-folders')).toMatch(/Operation not permitted[\s\S]*a file/)
  expect((await waits('no-filter', 'CreateContainerError')).message).toContain('profiles/none.json')
}, 120_000)

it('users and groups are the pod’s, its volumes theirs, and root where it may not be is refused', async () => {
  const ofPod = { runAsUser: 1234, runAsGroup: 2345, supplementalGroups: [3456], fsGroup: 4567 }
  await naru.apply(
    podOf('who', 'id -u; id -g; id -G; stat -c %g /data; touch /x 2>&1', {
      pod: { securityContext: ofPod, volumes: [{ name: 'data', emptyDir: {} }] },
      container: {
        securityContext: { readOnlyRootFilesystem: true },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    }),
    podOf('root', 'true', { pod: { securityContext: { runAsNonRoot: true } } }),
  )
  expect(await said('who')).toBe('1234\n2345\n2345 3456 4567\n4567\ntouch: /x: Read-only file system\n')
  expect((await waits('root', 'CreateContainerConfigError')).message).toContain(
    'container has runAsNonRoot and image will run as root',
  )
}, 120_000)

it('kernel settings are the pod’s; processes are shared where it says so', async () => {
  const sysctls = [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }]
  // Kubernetes makes one dollar of two.
  const first = '[ $$$$ = 1 ] && echo first || echo later'
  await naru.apply(
    podOf('settings', 'cat /proc/sys/net/ipv4/ip_unprivileged_port_start', { pod: { securityContext: { sysctls } } }),
    podOf('apart', first),
    podOf('shared', first, { pod: { shareProcessNamespace: true } }),
    podOf('of-the-node', 'ls /proc | grep -c "^[0-9]"', { pod: { hostPID: true } }),
  )
  expect(await said('settings')).toBe('0\n')
  expect(await said('apart')).toBe('first\n')
  expect(await said('shared')).toBe('later\n')
  // Of its own it has no more than the shell and what that runs.
  expect(Number(await said('of-the-node'))).toBeGreaterThan(5)
}, 120_000)

it('an image is looked for where, and as often, as its policy says', async () => {
  const never = { imagePullPolicy: 'Never' }
  await naru.apply(
    podOf('present', 'echo here', { container: never }),
    podOf('absent', 'echo here', { container: { ...never, image: 'registry.invalid/none:1' } }),
    podOf('anew', 'echo here', { container: { imagePullPolicy: 'Always' } }),
  )
  expect(await said('present')).toBe('here\n')
  expect(await said('anew')).toBe('here\n')
  expect((await waits('absent', 'ErrImageNeverPull')).message).toBe(
    'Container image "registry.invalid/none:1" is not present with pull policy of Never',
  )
  const events = await naru.kubectl('get', 'events', '--field-selector', 'involvedObject.name=anew,reason=Pulled')
  expect(events).toContain('Successfully pulled image')
}, 120_000)
