/** What an autoscaler recommended and did, in memory as in Kubernetes: a restart forgets it. */

export interface Recommendation {
  atMs: number
  replicas: number
}

export interface ScaleEvent {
  atMs: number
  /** How many pods were added, or taken away. */
  change: number
}

export interface History {
  recommendations: Recommendation[]
  ups: ScaleEvent[]
  downs: ScaleEvent[]
}

export const newHistory = (currentReplicas: number, nowMs: number): History => ({
  recommendations: [{ atMs: nowMs, replicas: currentReplicas }],
  ups: [],
  downs: [],
})
