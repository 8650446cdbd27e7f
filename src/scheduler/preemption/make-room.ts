/** Carries out a preemption: those that stand in the way are told to end, and promises of room on the node that were
 *  made to pods of lower priority are taken back. Source: kube-scheduler v1.34, prepareCandidateAsync. */
import type { k8s } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import { clearNomination, evictVictim } from '../report.ts'
import { priorityOf } from '../snapshot.ts'

export interface RoomMaker {
  client: Client
  clock: Clock
  /** Lets the preemptor be tried again; called once, whatever happens. */
  release: (failed: boolean) => void
}

export interface Room {
  preemptor: k8s.Pod
  node: string
  victims: readonly k8s.Pod[]
  /** Pods that were promised room on the node. */
  nominated: readonly k8s.Pod[]
}

export async function makeRoom(maker: RoomMaker, room: Room): Promise<void> {
  const lesser = room.nominated.filter((other) => priorityOf(other) < priorityOf(room.preemptor))
  let failed = true
  try {
    await Promise.all([
      ...lesser.map((pod) => clearNomination(maker, pod)),
      ...room.victims.map((victim) => evictVictim(maker, victim, room)),
    ])
    failed = false
  } finally {
    maker.release(failed)
  }
}
