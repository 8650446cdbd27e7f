/** What the runtime is asked for, from a pod's spec. Pure. Source: Kubernetes v1.34, pkg/kubelet/kuberuntime. */
import { join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { KubeletError } from '../errors.ts'
import type { ContainerConfig, Image, Mount, SandboxConfig, SecurityConfig } from '../runtime/runtime.ts'
import { type ClusterDns, podDns } from './dns-config.ts'
import { expand } from './expand.ts'
import { kernelHostname } from './hostname.ts'
import {
  CONTAINER_HASH,
  CONTAINER_NAME_LABEL,
  containerHash,
  containerLogPath,
  POD_NAME_LABEL,
  POD_NAMESPACE_LABEL,
  podIdentity,
  podCgroup,
  podLogDirectory,
} from './names.ts'
import { containerResources } from './resources.ts'
import { sysctlName } from './sysctls.ts'

export type { ClusterDns }

/** Those that the sandbox is made for: ephemeral ones come later. */
const allContainers = (pod: k8s.Pod) => [...(pod.spec.initContainers ?? []), ...pod.spec.containers]

export interface SandboxOptions {
  attempt: number
  logsDir: string
  clusterDns?: ClusterDns | undefined
  /** Control group that the pods' own are made in. */
  cgroupRoot: string
  /** What the pod's RuntimeClass names; left out: the runtime's default. */
  runtimeHandler?: string
}

/** Throws KubeletError `FailedCreatePodSandBox` where the spec asks for what the runtime does not have. */
export function sandboxConfig(pod: k8s.Pod, options: SandboxOptions): SandboxConfig {
  if (pod.spec.hostUsers === false)
    throw new KubeletError(
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: the runtime does not support user namespaces (hostUsers: false)',
    )
  const identity = podIdentity(pod)
  const dns = podDns(pod, options.clusterDns)
  const ports = allContainers(pod).flatMap((container) => container.ports ?? [])
  const { spec } = pod
  return {
    pod: identity,
    attempt: options.attempt,
    hostname: kernelHostname(pod, options.clusterDns?.domain ?? 'cluster.local'),
    logDirectory: podLogDirectory(options.logsDir, identity),
    ...(dns && { dns }),
    hostNetwork: spec.hostNetwork ?? false,
    hostPID: spec.hostPID ?? false,
    hostIPC: spec.hostIPC ?? false,
    shareProcessNamespace: spec.shareProcessNamespace ?? false,
    containerPorts: ports
      .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
      .map(({ containerPort }) => containerPort),
    portMappings: ports
      .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0 && !spec.hostNetwork)
      .map(({ containerPort, hostPort = 0, hostIP = '', protocol = 'TCP' }) => ({
        containerPort,
        hostPort,
        hostIP,
        protocol: protocol as 'TCP',
      })),
    labels: {
      ...pod.metadata.labels,
      [POD_NAME_LABEL]: identity.name,
      [POD_NAMESPACE_LABEL]: identity.namespace,
    },
    annotations: pod.metadata.annotations ?? {},
    cgroupParent: podCgroup(options.cgroupRoot, identity.uid),
    privileged: allContainers(pod).some(({ securityContext }) => securityContext?.privileged ?? false),
    sysctls: Object.fromEntries(
      (spec.securityContext?.sysctls ?? []).map(({ name, value }) => [sysctlName(name), value]),
    ),
    runtimeHandler: options.runtimeHandler ?? '',
  }
}

function securityConfig(pod: k8s.Pod, container: k8s.Container, options: ContainerOptions): SecurityConfig {
  const { image, targetId } = options
  const own = container.securityContext ?? {}
  const ofPod = pod.spec.securityContext ?? {}
  const runAsUser = own.runAsUser ?? ofPod.runAsUser
  const runAsGroup = own.runAsGroup ?? ofPod.runAsGroup
  if (own.runAsNonRoot ?? ofPod.runAsNonRoot) {
    const why = runsAsRoot(runAsUser, image)
    const { name, namespace, uid } = podIdentity(pod)
    const where = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`
    if (why !== undefined) throw new KubeletError('CreateContainerConfigError', `${why} ${where}`)
  }
  return {
    privileged: own.privileged ?? false,
    ...(runAsUser !== undefined && { runAsUser }),
    ...(runAsGroup !== undefined && { runAsGroup }),
    supplementalGroups: [...(ofPod.supplementalGroups ?? []), ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup])],
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    addCapabilities: own.capabilities?.add ?? [],
    dropCapabilities: own.capabilities?.drop ?? [],
    seccomp: seccompOf(own.seccompProfile ?? ofPod.seccompProfile, options.seccompDir),
    ...appArmorOf(own.appArmorProfile ?? ofPod.appArmorProfile),
    unmaskedProc: own.procMount === 'Unmasked',
    ...(targetId !== undefined && { targetId }),
  }
}

function appArmorOf(profile: k8s.AppArmorProfile | undefined): Pick<SecurityConfig, 'appArmor'> {
  if (profile === undefined) return {}
  if (profile.type === 'Localhost') return { appArmor: { ofHost: profile.localhostProfile ?? '' } }
  return { appArmor: profile.type === 'Unconfined' ? 'Unconfined' : 'RuntimeDefault' }
}

/** Why a container that must not run as root would, or may; undefined: it will not. An image that names no user is let
 *  pass as Kubernetes does only where its user is known: containerd says that it is root. */
function runsAsRoot(runAsUser: number | undefined, image: Image): string | undefined {
  if (runAsUser !== undefined) return runAsUser === 0 ? "container's runAsUser breaks non-root policy" : undefined
  if (image.uid === undefined && image.username)
    return `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root`
  return (image.uid ?? 0) === 0 ? 'container has runAsNonRoot and image will run as root' : undefined
}

function seccompOf(profile: k8s.SeccompProfile | undefined, directory: string): SecurityConfig['seccomp'] {
  if (profile?.type === 'Localhost') return { ofHost: join(directory, profile.localhostProfile ?? '') }
  return profile?.type === 'RuntimeDefault' ? 'RuntimeDefault' : 'Unconfined'
}

export interface ContainerOptions {
  attempt: number
  image: Image
  env: ReadonlyMap<string, string>
  mounts: Mount[]
  machineMemoryBytes: number
  /** Where profiles of type Localhost are. */
  seccompDir: string
  /** Of an ephemeral container: the running one whose processes it sees. */
  targetId?: string | undefined
}

/** Throws KubeletError `CreateContainerConfigError` where the spec cannot be honoured. */
export function containerConfig(pod: k8s.Pod, container: k8s.Container, options: ContainerOptions): ContainerConfig {
  const { attempt, env } = options
  const identity = podIdentity(pod)
  return {
    name: container.name,
    attempt,
    image: options.image.id,
    imageName: container.image ?? '',
    command: (container.command ?? []).map((part) => expand(part, env)),
    args: (container.args ?? []).map((part) => expand(part, env)),
    workingDir: container.workingDir ?? '',
    env: [...env].map(([name, value]) => ({ name, value })),
    mounts: options.mounts,
    labels: {
      [POD_NAME_LABEL]: identity.name,
      [POD_NAMESPACE_LABEL]: identity.namespace,
      [CONTAINER_NAME_LABEL]: container.name,
    },
    annotations: { [CONTAINER_HASH]: containerHash(container) },
    logPath: containerLogPath(container.name, attempt),
    tty: container.tty ?? false,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    resources: containerResources(pod, container, options.machineMemoryBytes),
    security: securityConfig(pod, container, options),
    ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
  }
}
