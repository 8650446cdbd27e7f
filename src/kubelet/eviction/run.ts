/** Looks every so often at what the limited pods of this node take of its disk, and sends away who takes too much.
 *  Source: kubernetes v1.34, pkg/kubelet/eviction (monitoringInterval). */
import { join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { podIdentity, podLogDirectory } from '../pod/names.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import type { StorageUsage } from '../runtime/usage.ts'
import { diskUsage } from '../stats/disk-usage.ts'
import { hasLocalStorageLimit, localStorageExcess, type LocalStorageUse } from './local-storage.ts'

export interface LocalStorageEvictionOptions {
  runtime: Pick<ContainerRuntime, 'listContainers' | 'storage'>
  clock: Clock
  logger: Logger
  podsDir: string
  logsDir: string
  /** The pods of this node. */
  pods: () => readonly k8s.Pod[]
  evict: (pod: k8s.Pod, message: string) => void
  signal: AbortSignal
}

const INTERVAL_MS = 10_000
/** Pods without which there is no node. Source: kubernetes v1.34, pkg/kubelet/types (IsCriticalPod). */
const CRITICAL_PRIORITY = 2_000_000_000

export async function runLocalStorageEviction(options: LocalStorageEvictionOptions): Promise<void> {
  const { clock, logger, signal } = options
  while (!signal.aborted) {
    await clock.sleep(INTERVAL_MS, signal)
    if (signal.aborted) return
    try {
      await evictExcess(options)
    } catch (error) {
      logger.debug({ error: errorMessage(error) }, 'what pods take of the disk cannot be seen')
    }
  }
}

export async function evictExcess(options: LocalStorageEvictionOptions): Promise<void> {
  const limited = options.pods().filter((pod) => isActive(pod) && hasLocalStorageLimit(pod))
  if (limited.length === 0) return
  const storage = await options.runtime.storage()
  for (const pod of limited) {
    const excess = localStorageExcess(pod, await useOf(options, storage, pod))
    if (excess !== undefined) options.evict(pod, excess)
  }
}

const isActive = ({ metadata, status, spec }: k8s.Pod) =>
  metadata.deletionTimestamp === undefined && status?.phase === 'Running' && (spec.priority ?? 0) < CRITICAL_PRIORITY

async function useOf(
  { runtime, podsDir, logsDir }: LocalStorageEvictionOptions,
  { writableLayers }: StorageUsage,
  pod: k8s.Pod,
): Promise<LocalStorageUse> {
  const identity = podIdentity(pod)
  const volumes = new Map<string, number>()
  for (const { name, emptyDir } of pod.spec.volumes ?? [])
    if (emptyDir !== undefined && emptyDir.medium !== 'Memory')
      volumes.set(name, (await diskUsage(join(podsDir, identity.uid, 'volumes', name))).usedBytes)
  const containers = new Map<string, number>()
  for (const { id, name } of await runtime.listContainers({ podUid: identity.uid })) {
    const logs = containers.has(name) ? 0 : (await diskUsage(join(podLogDirectory(logsDir, identity), name))).usedBytes
    containers.set(name, (containers.get(name) ?? 0) + logs + (writableLayers.get(id)?.usedBytes ?? 0))
  }
  return { volumes, containers }
}
