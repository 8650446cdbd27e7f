/** Between the kubelet's words and CRI's messages. Pure. */
import type {
  Container,
  ContainerConfig,
  ContainerRunState,
  ContainerStatus,
  Image,
  Mount,
  Resources,
  Sandbox,
  SandboxConfig,
  SecurityConfig,
} from '../runtime/runtime.ts'
import type { CriContainer, CriContainerStatus, CriImage, CriSandbox, EnumName } from './types.ts'

/** Labels by which the kubelet finds a pod's own (k8s.io/kubernetes v1.34, pkg/kubelet/types/labels.go). */
export const POD_UID_LABEL = 'io.kubernetes.pod.uid'

const PROPAGATIONS: Record<Mount['propagation'], EnumName<'MountPropagation'>> = {
  private: 'PROPAGATION_PRIVATE',
  hostToContainer: 'PROPAGATION_HOST_TO_CONTAINER',
  bidirectional: 'PROPAGATION_BIDIRECTIONAL',
}

/** Paths hidden from and read-only in unprivileged containers: the defaults of Kubernetes' `procMount: Default`
 *  (k8s.io/kubernetes v1.34, pkg/securitycontext/util.go). */
const MASKED_PATHS = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
]
const READ_ONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

const namespaces = (config: SandboxConfig) => ({
  network: config.hostNetwork ? 'NODE' : 'POD',
  pid: config.hostPID ? 'NODE' : config.shareProcessNamespace ? 'POD' : 'CONTAINER',
  ipc: config.hostIPC ? 'NODE' : 'POD',
})

export function toCriSandboxConfig(config: SandboxConfig): object {
  return {
    metadata: { ...config.pod, attempt: config.attempt },
    // CRI refuses a hostname in the host's network namespace.
    hostname: config.hostNetwork ? '' : config.hostname,
    logDirectory: config.logDirectory,
    ...(config.dns && { dnsConfig: config.dns }),
    portMappings: config.portMappings.map(({ hostIP, ...rest }) => ({ ...rest, hostIp: hostIP })),
    labels: { ...config.labels, [POD_UID_LABEL]: config.pod.uid },
    annotations: config.annotations,
    linux: {
      cgroupParent: config.cgroupParent,
      sysctls: config.sysctls,
      securityContext: {
        namespaceOptions: namespaces(config),
        privileged: config.privileged,
        seccomp: { profileType: 'RuntimeDefault' },
      },
    },
  }
}

export function toCriContainerConfig(config: ContainerConfig, sandbox: SandboxConfig): object {
  const { security, resources } = config
  const bare = security.privileged || security.unmaskedProc
  return {
    metadata: { name: config.name, attempt: config.attempt },
    image: { image: config.image, userSpecifiedImage: config.imageName },
    command: config.command,
    args: config.args,
    workingDir: config.workingDir,
    envs: config.env.map(({ name, value }) => ({ key: name, value })),
    mounts: config.mounts.map(({ containerPath, hostPath, readOnly, recursiveReadOnly, propagation }) => ({
      containerPath,
      hostPath,
      readonly: readOnly,
      ...(recursiveReadOnly && { recursiveReadOnly }),
      propagation: PROPAGATIONS[propagation],
    })),
    labels: { ...config.labels, [POD_UID_LABEL]: sandbox.pod.uid },
    annotations: config.annotations,
    logPath: config.logPath,
    tty: config.tty,
    stdin: config.stdin,
    stdinOnce: config.stdinOnce,
    linux: {
      resources: toCriResources(resources),
      securityContext: {
        capabilities: {
          addCapabilities: security.addCapabilities,
          dropCapabilities: security.dropCapabilities,
        },
        privileged: security.privileged,
        namespaceOptions: {
          ...namespaces(sandbox),
          ...(security.targetId !== undefined && { pid: 'TARGET', targetId: security.targetId }),
        },
        ...(security.runAsUser !== undefined && { runAsUser: { value: security.runAsUser } }),
        ...(security.runAsGroup !== undefined && { runAsGroup: { value: security.runAsGroup } }),
        readonlyRootfs: security.readOnlyRootFilesystem,
        supplementalGroups: security.supplementalGroups,
        noNewPrivs: security.noNewPrivileges,
        maskedPaths: bare ? [] : MASKED_PATHS,
        readonlyPaths: bare ? [] : READ_ONLY_PATHS,
        seccomp: seccompProfile(security),
        ...(security.appArmor !== undefined && { apparmor: securityProfile(security.appArmor) }),
      },
    },
  }
}

const seccompProfile = ({ privileged, seccomp }: SecurityConfig): object =>
  securityProfile(privileged ? 'Unconfined' : seccomp)

const securityProfile = (profile: SecurityConfig['seccomp']): object =>
  typeof profile === 'string' ? { profileType: profile } : { profileType: 'Localhost', localhostRef: profile.ofHost }

export const toCriResources = (resources: Resources): object => ({
  cpuPeriod: resources.cpuPeriodMicros,
  cpuQuota: resources.cpuQuotaMicros,
  cpuShares: resources.cpuShares,
  memoryLimitInBytes: resources.memoryLimitBytes,
  oomScoreAdj: resources.oomScoreAdj,
})

const NANOS_PER_MS = 1_000_000
/** CRI says nanoseconds; 0, or Go's zero time (negative), means never. */
const millis = (nanos: number) => (nanos > 0 ? Math.floor(nanos / NANOS_PER_MS) : 0)

const STATES: Record<EnumName<'ContainerState'>, ContainerRunState> = {
  CONTAINER_CREATED: 'created',
  CONTAINER_RUNNING: 'running',
  CONTAINER_EXITED: 'exited',
  CONTAINER_UNKNOWN: 'unknown',
}

export function fromCriSandbox(item: CriSandbox): Sandbox {
  const { name = '', namespace = '', uid = '', attempt = 0 } = item.metadata ?? {}
  return {
    id: item.id,
    pod: { name, namespace, uid },
    attempt,
    state: item.state === 'SANDBOX_READY' ? 'ready' : 'notReady',
    createdAtMs: millis(item.createdAt),
    labels: item.labels,
    annotations: item.annotations,
  }
}

export function fromCriContainer(item: CriContainer): Container {
  return {
    id: item.id,
    sandboxId: item.podSandboxId,
    name: item.metadata?.name ?? '',
    attempt: item.metadata?.attempt ?? 0,
    state: STATES[item.state],
    createdAtMs: millis(item.createdAt),
    labels: item.labels,
    annotations: item.annotations,
  }
}

/** CRI's status does not name the sandbox: `sandboxId` is left empty. */
export function fromCriContainerStatus(item: CriContainerStatus): ContainerStatus {
  return {
    ...fromCriContainer({ ...item, podSandboxId: '' }),
    startedAtMs: millis(item.startedAt),
    finishedAtMs: millis(item.finishedAt),
    exitCode: item.exitCode,
    reason: item.reason,
    message: item.message,
    imageName: item.image?.image ?? '',
    imageRef: item.imageRef,
    logPath: item.logPath,
  }
}

export function fromCriImage(item: CriImage): Image {
  return {
    id: item.id,
    repoTags: item.repoTags,
    repoDigests: item.repoDigests,
    sizeBytes: item.size,
    ...(item.uid !== null && { uid: item.uid.value }),
    ...(item.username !== '' && { username: item.username }),
  }
}
