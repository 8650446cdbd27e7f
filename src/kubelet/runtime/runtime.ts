/** The narrow waist of the kubelet: what it asks of whatever runs containers. Two implementations, `cri` (containerd)
 *  and `process` (host processes); both run the suite in contract.ts. The words are those of CRI (k8s.io/cri-api
 *  v0.34, runtime/v1); times are milliseconds since the epoch. Every method may throw RuntimeError. */

import type { RuntimeUsage, StorageUsage } from './usage.ts'

export interface RuntimeVersion {
  /** `containerd`, `process`. */
  name: string
  version: string
}

/** Whether sandboxes can be started now; `message` says why not. */
export interface RuntimeReadiness {
  ready: boolean
  networkReady: boolean
  message: string
}

export interface PodIdentity {
  name: string
  namespace: string
  uid: string
}

export interface PortMapping {
  containerPort: number
  hostPort: number
  hostIP: string
  protocol: 'TCP' | 'UDP' | 'SCTP'
}

export interface DnsConfig {
  servers: string[]
  searches: string[]
  options: string[]
}

export interface SandboxConfig {
  pod: PodIdentity
  attempt: number
  hostname: string
  /** Directory that the containers' `logPath` is relative to. */
  logDirectory: string
  /** Left out: the host's own resolver. */
  dns?: DnsConfig
  hostNetwork: boolean
  hostPID: boolean
  hostIPC: boolean
  shareProcessNamespace: boolean
  /** Ports containers declare; a runtime without a network of its own forwards these. */
  containerPorts: number[]
  /** Ports asked for on the host itself. */
  portMappings: PortMapping[]
  labels: Record<string, string>
  annotations: Record<string, string>
  /** Cgroup all containers of the pod live below; empty: the runtime's default. */
  cgroupParent: string
  privileged: boolean
  sysctls: Record<string, string>
  /** Which of the runtime's ways of running a pod; empty: its default. */
  runtimeHandler: string
}

export interface Mount {
  containerPath: string
  hostPath: string
  readOnly: boolean
  /** What is mounted below it is read-only too. */
  recursiveReadOnly?: boolean
  propagation: 'private' | 'hostToContainer' | 'bidirectional'
}

export interface Resources {
  cpuShares: number
  /** Microseconds of CPU time for each `cpuPeriodMicros`; 0: no limit. */
  cpuQuotaMicros: number
  cpuPeriodMicros: number
  /** 0: no limit. */
  memoryLimitBytes: number
  oomScoreAdj: number
}

export interface SecurityConfig {
  privileged: boolean
  runAsUser?: number
  runAsGroup?: number
  supplementalGroups: number[]
  readOnlyRootFilesystem: boolean
  /** True where allowPrivilegeEscalation is false. */
  noNewPrivileges: boolean
  addCapabilities: string[]
  dropCapabilities: string[]
  /** `ofHost`: the path of a profile on this machine. */
  seccomp: 'RuntimeDefault' | 'Unconfined' | { ofHost: string }
  /** `ofHost`: the name of a profile that the kernel has loaded. Left out: the runtime's default, where there is any. */
  appArmor?: 'RuntimeDefault' | 'Unconfined' | { ofHost: string }
  /** Nothing of /proc is hidden or read-only. */
  unmaskedProc: boolean
  /** The container whose processes this one sees. */
  targetId?: string
}

export interface ContainerConfig {
  name: string
  attempt: number
  /** What `imageStatus` or `pullImage` gave as the image's id. */
  image: string
  /** The image as the pod's spec names it. */
  imageName: string
  /** Empty: the image's own. */
  command: string[]
  args: string[]
  workingDir: string
  env: { name: string; value: string }[]
  mounts: Mount[]
  labels: Record<string, string>
  annotations: Record<string, string>
  /** Below the sandbox's log directory. */
  logPath: string
  tty: boolean
  stdin: boolean
  stdinOnce: boolean
  resources: Resources
  security: SecurityConfig
  /** Ports the container declares, for a runtime that allocates real ones. */
  ports: number[]
}

export interface Sandbox {
  id: string
  pod: PodIdentity
  attempt: number
  state: 'ready' | 'notReady'
  createdAtMs: number
  labels: Record<string, string>
  annotations: Record<string, string>
}

export type ContainerRunState = 'created' | 'running' | 'exited' | 'unknown'

export interface Container {
  id: string
  sandboxId: string
  name: string
  attempt: number
  state: ContainerRunState
  createdAtMs: number
  labels: Record<string, string>
  annotations: Record<string, string>
}

export interface ContainerStatus extends Container {
  /** 0 where it never started. */
  startedAtMs: number
  /** 0 while it runs. */
  finishedAtMs: number
  exitCode: number
  /** `Completed`, `Error`, `OOMKilled`, `StartError`, …; empty while it runs. */
  reason: string
  message: string
  imageName: string
  /** `repository@sha256:…` where known. */
  imageRef: string
  logPath: string
}

export interface Image {
  id: string
  repoTags: string[]
  repoDigests: string[]
  sizeBytes: number
  /** Numeric user of the image's config, where it is a number. */
  uid?: number
  /** User name of the image's config, where it is not a number. */
  username?: string
}

export interface RegistryCredentials {
  username: string
  password: string
}

export interface ExecResult {
  exitCode: number
  stdout: string
  stderr: string
}

export interface StreamSet {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
}

/** Streams to and from what runs. Each call resolves to a URL, good for one use and for a minute, where the runtime waits
 *  for a connection to be upgraded to SPDY/3.1. Source: CRI v1, Exec, Attach, PortForward. */
export interface RuntimeStreams {
  exec(id: string, command: readonly string[], streams: StreamSet): Promise<string>
  attach(id: string, streams: StreamSet): Promise<string>
  portForward(sandboxId: string, ports: readonly number[]): Promise<string>
}

export interface ListFilter {
  podUid?: string
}

export interface ContainerRuntime extends AsyncDisposable {
  /** Whether containers are kept apart from the host and from each other: false for host processes. */
  readonly isolated: boolean
  /** Control group that pods' own are made in; empty where there are none. */
  readonly cgroupRoot: string
  version(): Promise<RuntimeVersion>
  readiness(): Promise<RuntimeReadiness>
  /** Whether mounts with `recursiveReadOnly` are that; where they are not, the runtime makes less of it without a word. */
  mountsReadOnlyRecursively(): Promise<boolean>

  /** Resolves to the image's id once every layer is in place. */
  pullImage(image: string, options: { credentials?: RegistryCredentials; signal?: AbortSignal }): Promise<string>
  /** Undefined where the image is not here. */
  imageStatus(image: string): Promise<Image | undefined>
  listImages(): Promise<Image[]>
  /** No error where it is gone already. */
  removeImage(id: string): Promise<void>

  /** Starts the pod's sandbox, network included; resolves to its id. */
  runSandbox(config: SandboxConfig): Promise<string>
  /** Kills what still runs in it and gives its network back. Idempotent. */
  stopSandbox(id: string): Promise<void>
  /** Removes it and its containers. Idempotent. */
  removeSandbox(id: string): Promise<void>
  listSandboxes(filter?: ListFilter): Promise<Sandbox[]>
  /** The pod's addresses; empty for the host's network or a stopped sandbox. */
  sandboxIPs(id: string): Promise<string[]>

  /** Where a port of the pod is reached from this machine: the pod's IP, unless the runtime maps ports. `ip`: the
   *  pod's address. */
  dialAddress(sandboxId: string, ip: string, port: number): { host: string; port: number }

  createContainer(sandboxId: string, config: ContainerConfig, sandbox: SandboxConfig): Promise<string>
  startContainer(id: string): Promise<void>
  /** Gives a running container other limits. */
  updateResources(id: string, resources: Resources): Promise<void>
  /** Sends the image's stop signal (SIGTERM), then SIGKILL after `graceMs`. Resolves when it has ended. Idempotent. */
  stopContainer(id: string, graceMs: number): Promise<void>
  /** Kills it first if it runs. Idempotent. */
  removeContainer(id: string): Promise<void>
  listContainers(filter?: ListFilter): Promise<Container[]>
  /** Undefined where there is no such container. */
  containerStatus(id: string): Promise<ContainerStatus | undefined>
  /** Runs `command` inside; a command that outlasts `timeoutMs` is killed and rejects with reason `Timeout`. */
  exec(id: string, command: string[], timeoutMs: number): Promise<ExecResult>
  /** Undefined where the runtime has none: programs that are not containers cannot be entered. */
  readonly streams: RuntimeStreams | undefined
  /** What running containers and ready sandboxes have used up to now. */
  usage(): Promise<RuntimeUsage>
  /** What images and containers take of the disk. Costs more than `usage`: not to be asked every few seconds. */
  storage(): Promise<StorageUsage>
  /** After the log file was renamed: go on in a new file under the old name. */
  reopenLog(id: string): Promise<void>

  /** Calls `changed` when something may have happened to a container. A hint: it may be late, early or missing; the
   *  caller lists. Resolves when `signal` aborts. */
  watch(options: { signal: AbortSignal; changed: () => void }): Promise<void>
}

/** How often `watch` asks for a list where the runtime does not tell of changes itself. */
export const RELIST_INTERVAL_MS = 1_000
