/** Writes pods' statuses to the API: when they changed, and when others have changed what the kubelet says. Source:
 *  Kubernetes v1.34, pkg/kubelet/status/status_manager.go (needsReconcile, mergePodStatus). */
import { isDeepStrictEqual } from 'node:util'
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { isKubelets, isShared, RESIZE_CONDITIONS } from './conditions.ts'

interface Written {
  text: string
  status: k8s.PodStatus
  /** The pod as the API had it then. */
  version: number
  kept: object
}

export class StatusWriter {
  readonly #client: Client
  readonly #written = new Map<string, Written>()
  readonly #underWay = new Set<string>()

  constructor(client: Client) {
    this.#client = client
  }

  /** Whether somebody else has since changed what was written. Of a pod that is being written nothing can be told. */
  isContradicted(pod: k8s.Pod): boolean {
    const { uid = '', resourceVersion } = pod.metadata
    const written = this.#written.get(uid)
    if (written === undefined || this.#underWay.has(uid) || !(Number(resourceVersion) > written.version)) return false
    return !isDeepStrictEqual(ofKubelet(pod, written.status), written.kept)
  }

  /** The pod as it is known plus what was written last: a cache that lags must not turn back times and phases. What others
   *  said since stands, until it is written over. */
  overlay(pod: k8s.Pod): k8s.Pod {
    const uid = pod.metadata.uid ?? ''
    const written = this.#written.get(uid)?.status
    if (written === undefined) return pod
    if (this.isContradicted(pod)) {
      this.#written.delete(uid)
      return { ...pod, status: { ...written, ...pod.status } }
    }
    const { conditions: own = [] } = written
    const others = (pod.status?.conditions ?? []).filter(
      (condition) => !isKubelets(condition) && !own.some(({ type }) => type === condition.type),
    )
    return { ...pod, status: { ...pod.status, ...written, conditions: [...own, ...others] } }
  }

  /** Of conditions only the kubelet's own are written. A pod that is gone, or was replaced by another of its name, is no
   *  error. */
  async write(pod: k8s.Pod, whole: k8s.PodStatus): Promise<void> {
    const uid = pod.metadata.uid ?? ''
    const status = withOwnConditions(whole)
    const text = JSON.stringify(status)
    if (this.#written.get(uid)?.text === text) return
    this.#underWay.add(uid)
    try {
      const kept = await this.#client.patch(
        resources.pods,
        pod.metadata,
        { metadata: { uid }, status: statusPatch(pod, status) },
        { subresource: 'status', type: 'strategic' },
      )
      const version = Number(kept.metadata.resourceVersion)
      this.#written.set(uid, { text, status, version, kept: ofKubelet(kept, status) })
    } catch (error) {
      if (!isApiError(error, 'NotFound', 'Conflict')) throw error
    } finally {
      this.#underWay.delete(uid)
    }
  }

  forget(uid: string): void {
    this.#written.delete(uid)
  }
}

const withOwnConditions = ({ conditions, ...status }: k8s.PodStatus): k8s.PodStatus =>
  conditions === undefined
    ? status
    : { ...status, conditions: conditions.filter((condition) => isKubelets(condition) || isShared(condition)) }

/** What a pod shows of what the kubelet says, where it said `told`; the order of conditions means nothing. */
function ofKubelet({ status = {} }: k8s.Pod, told: k8s.PodStatus): object {
  const fields = new Set([...Object.keys(told), 'reason', 'message']) as Set<keyof k8s.PodStatus>
  return {
    ...Object.fromEntries([...fields].map((field) => [field, status[field]])),
    conditions: new Map(status.conditions?.filter(isKubelets).map((condition) => [condition.type, condition])),
  }
}

/** A strategic merge patch: conditions that others set meanwhile stay, addresses are replaced. */
function statusPatch(pod: k8s.Pod, status: k8s.PodStatus): object {
  const { conditions = [], podIPs, hostIPs } = status
  const over = (pod.status?.conditions ?? []).filter(
    ({ type }) => RESIZE_CONDITIONS.includes(type) && !conditions.some((condition) => condition.type === type),
  )
  const whole = <T>(list: readonly T[]) => [...list, { $patch: 'replace' }]
  return {
    ...status,
    reason: status.reason ?? null,
    message: status.message ?? null,
    conditions: [
      ...conditions.map((condition) => ({ reason: null, message: null, ...condition })),
      ...over.map(({ type }) => ({ type, $patch: 'delete' })),
    ],
    ...(podIPs && { podIPs: whole(podIPs) }),
    ...(hostIPs && { hostIPs: whole(hostIPs) }),
  }
}
