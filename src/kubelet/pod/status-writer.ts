/** Writes pods' statuses to the API, and only when they changed. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { RESIZE_CONDITIONS } from './conditions.ts'

export class StatusWriter {
  readonly #client: Client
  readonly #written = new Map<string, { text: string; status: k8s.PodStatus }>()

  constructor(client: Client) {
    this.#client = client
  }

  /** The pod as it is known plus what was written last: a cache that lags must not turn back times and phases. */
  overlay(pod: k8s.Pod): k8s.Pod {
    const written = this.#written.get(pod.metadata.uid ?? '')?.status
    if (written === undefined) return pod
    const foreign = (pod.status?.conditions ?? []).filter(
      ({ type }) =>
        !RESIZE_CONDITIONS.includes(type) && !written.conditions?.some((condition) => condition.type === type),
    )
    return { ...pod, status: { ...pod.status, ...written, conditions: [...(written.conditions ?? []), ...foreign] } }
  }

  /** A pod that is gone, or was replaced by another of its name, is no error. */
  async write(pod: k8s.Pod, status: k8s.PodStatus): Promise<void> {
    const uid = pod.metadata.uid ?? ''
    const text = JSON.stringify(status)
    if (this.#written.get(uid)?.text === text) return
    try {
      await this.#client.patch(
        resources.pods,
        pod.metadata,
        { metadata: { uid }, status: statusPatch(pod, status) },
        { subresource: 'status', type: 'strategic' },
      )
      this.#written.set(uid, { text, status })
    } catch (error) {
      if (!isApiError(error, 'NotFound', 'Conflict', 'Invalid') || isApiError(error, 'Invalid')) throw error
    }
  }

  forget(uid: string): void {
    this.#written.delete(uid)
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
