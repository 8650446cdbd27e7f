import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import type { Image } from '../runtime/runtime.ts'
import { containerConfig, sandboxConfig } from './config.ts'

const image = { id: 'sha256:1', repoTags: [], repoDigests: [], sizeBytes: 1 }
const podOf = (spec: object): k8s.Pod => ({
  metadata: { namespace: 'shop', name: 'web', uid: 'u1' },
  spec: { containers: [{ name: 'main' }], ...spec },
})

interface Asked {
  pod?: k8s.PodSecurityContext
  container?: k8s.SecurityContext
  of?: Pick<Image, 'uid' | 'username'>
}

const securityOf = ({ pod = {}, container = {}, of = { uid: 0 } }: Asked) => {
  const main = { name: 'main', securityContext: container }
  return containerConfig(podOf({ securityContext: pod, containers: [main] }), main, {
    attempt: 0,
    image: { ...image, ...of },
    env: new Map(),
    mounts: [],
    machineMemoryBytes: 1 << 30,
    seccompDir: '/profiles',
  }).security
}

describe('the security of a container', () => {
  it.each<[string, Asked, object]>([
    [
      'is not filtered unless it is asked for',
      {},
      { seccomp: 'Unconfined', noNewPrivileges: false, privileged: false },
    ],
    [
      'is filtered as the pod asks',
      { pod: { seccompProfile: { type: 'RuntimeDefault' } } },
      { seccomp: 'RuntimeDefault' },
    ],
    [
      'is filtered as itself asks, whatever the pod does',
      {
        pod: { seccompProfile: { type: 'RuntimeDefault' } },
        container: { seccompProfile: { type: 'Localhost', localhostProfile: 'mine/one.json' } },
      },
      { seccomp: { ofHost: '/profiles/mine/one.json' } },
    ],
    [
      'is confined by AppArmor as it asks',
      { container: { appArmorProfile: { type: 'Localhost', localhostProfile: 'k8s-mine' } } },
      { appArmor: { ofHost: 'k8s-mine' } },
    ],
    [
      'has the pod’s user, its own group, and the groups of the pod and its volumes',
      { pod: { runAsUser: 1, runAsGroup: 2, supplementalGroups: [3], fsGroup: 4 }, container: { runAsGroup: 5 } },
      { runAsUser: 1, runAsGroup: 5, supplementalGroups: [3, 4] },
    ],
    [
      'has the rights that were added and dropped, and can get no new ones',
      { container: { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] }, allowPrivilegeEscalation: false } },
      { addCapabilities: ['NET_ADMIN'], dropCapabilities: ['ALL'], noNewPrivileges: true },
    ],
    [
      'writes nothing of its image, and sees all of /proc',
      { container: { readOnlyRootFilesystem: true, procMount: 'Unmasked' } },
      { readOnlyRootFilesystem: true, unmaskedProc: true },
    ],
    ['is not root where its image says another user', { pod: { runAsNonRoot: true }, of: { uid: 70 } }, {}],
    [
      'may be root where the container says so',
      { pod: { runAsNonRoot: true }, container: { runAsNonRoot: false } },
      {},
    ],
  ])('%s', (_, asked, expected) => {
    expect(securityOf(asked)).toMatchObject(expected)
  })

  it.each<[string, Asked, string]>([
    ['the image’s user', { pod: { runAsNonRoot: true } }, 'container has runAsNonRoot and image will run as root'],
    [
      'its own user',
      { pod: { runAsNonRoot: true }, container: { runAsUser: 0 } },
      "container's runAsUser breaks non-root policy",
    ],
    [
      'a user known by name alone',
      { pod: { runAsNonRoot: true }, of: { username: 'web' } },
      'container has runAsNonRoot and image has non-numeric user (web), cannot verify user is non-root',
    ],
  ])('that must not be root is refused for %s', (_, asked, why) => {
    expect(() => securityOf(asked)).toThrow(`${why} (pod: "web_shop(u1)", container: main)`)
  })
})

describe('the sandbox of a pod', () => {
  const sandboxOf = (spec: object) =>
    sandboxConfig(podOf(spec), { attempt: 0, logsDir: '/logs', cgroupRoot: '/naru/x' })

  it.each<[string, object, object]>([
    [
      'has namespaces of its own',
      {},
      { hostNetwork: false, hostPID: false, hostIPC: false, shareProcessNamespace: false },
    ],
    [
      'has those of the node that it asks for',
      { hostNetwork: true, hostPID: true, hostIPC: true },
      { hostNetwork: true, hostPID: true, hostIPC: true },
    ],
    ['shares its processes', { shareProcessNamespace: true }, { shareProcessNamespace: true }],
    [
      'has kernel settings by their names with dots',
      { securityContext: { sysctls: [{ name: 'kernel/shm_rmid_forced', value: '1' }] } },
      { sysctls: { 'kernel.shm_rmid_forced': '1' } },
    ],
    [
      'has the ports of the node that its containers ask for',
      {
        containers: [
          { name: 'main', ports: [{ containerPort: 80, hostPort: 8080, protocol: 'UDP' }, { containerPort: 81 }] },
        ],
      },
      { portMappings: [{ containerPort: 80, hostPort: 8080, hostIP: '', protocol: 'UDP' }], containerPorts: [81] },
    ],
    [
      'maps no ports where they are the node’s anyway',
      { hostNetwork: true, containers: [{ name: 'main', ports: [{ containerPort: 80, hostPort: 80 }] }] },
      { portMappings: [] },
    ],
    [
      'is privileged where one of its containers is',
      { initContainers: [{ name: 'first', securityContext: { privileged: true } }] },
      { privileged: true },
    ],
  ])('%s', (_, spec, expected) => {
    expect(sandboxOf(spec)).toMatchObject(expected)
  })

  it('with users of its own cannot be had', () => {
    expect(() => sandboxOf({ hostUsers: false })).toThrow('does not support user namespaces')
  })
})
