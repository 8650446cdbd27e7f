/** CRI's messages as they come off the wire: every scalar is there (proto3 defaults), 64-bit numbers as JS numbers,
 *  enums by name. Only what the conversions read. */
import type { ENUMS } from './messages.ts'

export type EnumName<K extends keyof typeof ENUMS> = keyof (typeof ENUMS)[K]

export interface CriSandbox {
  id: string
  metadata: { name: string; uid: string; namespace: string; attempt: number } | null
  state: EnumName<'PodSandboxState'>
  createdAt: number
  labels: Record<string, string>
  annotations: Record<string, string>
}

export interface CriContainer {
  id: string
  podSandboxId: string
  metadata: { name: string; attempt: number } | null
  state: EnumName<'ContainerState'>
  createdAt: number
  labels: Record<string, string>
  annotations: Record<string, string>
}

export interface CriContainerStatus extends Omit<CriContainer, 'podSandboxId'> {
  startedAt: number
  finishedAt: number
  exitCode: number
  image: { image: string } | null
  imageRef: string
  reason: string
  message: string
  logPath: string
}

export interface CriStreams {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
}

export interface CriImage {
  id: string
  repoTags: string[]
  repoDigests: string[]
  size: number
  uid: { value: number } | null
  username: string
  pinned: boolean
}

export interface CriFilesystemUsage {
  fsId: { mountpoint: string } | null
  usedBytes: { value: number } | null
  inodesUsed: { value: number } | null
}

/** What each method takes and gives. */
export interface CriCalls {
  Version: [{ version: string }, { runtimeName: string; runtimeVersion: string }]
  Status: [
    object,
    {
      status: { conditions: { type: string; status: boolean; message: string }[] } | null
      runtimeHandlers: { name: string; features: { recursiveReadOnlyMounts: boolean } | null }[]
    },
  ]
  RunPodSandbox: [{ config: object; runtimeHandler: string }, { podSandboxId: string }]
  StopPodSandbox: [{ podSandboxId: string }, object]
  RemovePodSandbox: [{ podSandboxId: string }, object]
  PodSandboxStatus: [
    { podSandboxId: string; verbose?: boolean },
    {
      status: {
        state: EnumName<'PodSandboxState'>
        network: { ip: string; additionalIps: { ip: string }[] } | null
      } | null
      info: Record<string, string>
    },
  ]
  ListPodSandbox: [{ filter?: object }, { items: CriSandbox[] }]
  CreateContainer: [{ podSandboxId: string; config: object; sandboxConfig: object }, { containerId: string }]
  StartContainer: [{ containerId: string }, object]
  UpdateContainerResources: [{ containerId: string; linux: object }, object]
  StopContainer: [{ containerId: string; timeout: number }, object]
  RemoveContainer: [{ containerId: string }, object]
  ListContainers: [{ filter?: object }, { containers: CriContainer[] }]
  ContainerStatus: [{ containerId: string }, { status: CriContainerStatus | null }]
  ExecSync: [
    { containerId: string; cmd: string[]; timeout: number },
    { stdout: Uint8Array; stderr: Uint8Array; exitCode: number },
  ]
  Exec: [{ containerId: string; cmd: readonly string[] } & CriStreams, { url: string }]
  Attach: [{ containerId: string } & CriStreams, { url: string }]
  PortForward: [{ podSandboxId: string; port: readonly number[] }, { url: string }]
  ReopenContainerLog: [{ containerId: string }, object]
  ListContainerStats: [
    object,
    { stats: { attributes: { id: string } | null; writableLayer: CriFilesystemUsage | null }[] },
  ]
  ImageFsInfo: [object, { imageFilesystems: CriFilesystemUsage[] }]
  ListImages: [object, { images: CriImage[] }]
  ImageStatus: [{ image: { image: string } }, { image: CriImage | null }]
  PullImage: [{ image: { image: string }; auth?: object }, { imageRef: string }]
  RemoveImage: [{ image: { image: string } }, object]
}
