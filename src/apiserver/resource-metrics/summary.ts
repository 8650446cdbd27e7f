/** What a kubelet says its node and pods use. Source: k8s.io/kubelet v0.34, pkg/apis/stats/v1alpha1. */
import type { Backend } from '../server/context.ts'
import { readText } from '../server/read-text.ts'

export interface Usage {
  cpu?: { time: string; usageNanoCores?: number }
  memory?: { workingSetBytes?: number }
}

export interface Summary {
  node: Usage & { nodeName: string }
  pods?: readonly PodUsage[]
}

export interface PodUsage {
  podRef: { name: string; namespace: string; uid: string }
  containers?: readonly (Usage & { name: string })[]
}

const PATH = '/stats/summary?only_cpu_and_memory=true'
/** A kubelet that does not answer in this time is left out. Source: metrics-server, `--metric-resolution`. */
const TIMEOUT_MS = 10_000
const MAX_BYTES = 64 * 1024 * 1024

/** Undefined where the kubelet does not answer. */
export async function askKubelet(
  { kubelet }: Pick<Backend, 'kubelet'>,
  node: string,
  parent: AbortSignal,
): Promise<Summary | undefined> {
  const signal = AbortSignal.any([parent, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    const ask = await kubelet(node)
    const response = await ask({ method: 'GET', url: PATH, headers: {}, body: '', signal })
    const text = await readText(response, MAX_BYTES)
    return response.status === 200 ? (JSON.parse(text) as Summary) : undefined
  } catch {
    return undefined
  }
}
