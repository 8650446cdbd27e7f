/** The revision of a daemon set's present template, and those before it. Source: k8s.io/kubernetes v1.34,
 *  constructHistory and cleanupHistory in pkg/controller/daemon/update.go. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import {
  createRevision,
  expiredRevisions,
  HASH_LABEL,
  hasTemplate,
  nextRevision,
  renumberRevision,
  revisionsInOrder,
} from '../history/index.ts'
import { claimObjects } from '../objects/index.ts'
import type { DaemonSetController } from './controller.ts'

export interface DaemonHistory {
  current: k8s.ControllerRevision
  old: k8s.ControllerRevision[]
  collisionCount: number | undefined
  /** When duplicates that are left for now may go. */
  againInMs?: number
}

/** Somebody who makes a revision by hand beside one of the same template may not be done with it. In
 *  kube-controller-manager both stay until something else than the new revision asks for the daemon set, which may be at
 *  once or never; here nobody has to be quick. */
const DUPLICATES_STAY_MS = 10_000

export const hashOf = ({ metadata }: k8s.ControllerRevision): string => metadata.labels?.[HASH_LABEL] ?? ''

/** Makes the revision of the present template, or makes the latest again the one that had it before. */
export async function historyOf(
  controller: DaemonSetController,
  daemonSet: k8s.DaemonSet,
  pods: readonly k8s.Pod[],
): Promise<DaemonHistory> {
  const { client } = controller
  const { status, spec } = daemonSet
  const revisions = await Promise.all(
    (await claimRevisions(controller, daemonSet)).map((each) => labelled(client, each)),
  )
  const same = revisionsInOrder(revisions.filter((revision) => hasTemplate(revision, spec.template)))
  const old = revisions.filter((revision) => !same.includes(revision))
  const number = nextRevision(old)
  const latest = same.pop()
  if (latest === undefined) {
    const { revision, collisionCount } = await createRevision(client, daemonSet, {
      resource: resources.daemonsets,
      hashLabel: HASH_LABEL,
      number,
      collisionCount: status?.collisionCount ?? 0,
    })
    return { current: revision, old, collisionCount: collisionCount === 0 ? status?.collisionCount : collisionCount }
  }
  const againInMs = await replaceDuplicates(controller, { latest, duplicates: same, pods })
  const current = latest.revision < number ? await renumberRevision(client, latest, number) : latest
  return { current, old, collisionCount: status?.collisionCount, ...(againInMs !== undefined && { againInMs }) }
}

/** Its own, and orphans that it adopts. */
async function claimRevisions({ client, revisions }: DaemonSetController, daemonSet: k8s.DaemonSet) {
  return await claimObjects({
    client,
    owner: daemonSet,
    ownerResource: resources.daemonsets,
    selector: daemonSet.spec.selector,
    resource: resources.controllerrevisions,
    candidates: revisions.claimableBy(daemonSet),
  })
}

/** A revision of somebody else's making may lack the label that tells its pods. */
async function labelled(client: Client, revision: k8s.ControllerRevision): Promise<k8s.ControllerRevision> {
  if (revision.metadata.labels?.[HASH_LABEL] !== undefined) return revision
  const labels = { ...revision.metadata.labels, [HASH_LABEL]: revision.metadata.name }
  return await client.update(resources.controllerrevisions, { ...revision, metadata: { ...revision.metadata, labels } })
}

/** Several revisions of one template become one, and pods of any of them pods of that one: the pods at once, the
 *  revisions when none of them is new. Resolves to the milliseconds until then. */
async function replaceDuplicates(
  { client, clock }: DaemonSetController,
  options: { latest: k8s.ControllerRevision; duplicates: readonly k8s.ControllerRevision[]; pods: readonly k8s.Pod[] },
): Promise<number | undefined> {
  const { latest, duplicates, pods } = options
  if (duplicates.length === 0) return undefined
  const hash = hashOf(latest)
  for (const { metadata } of pods.filter((pod) => pod.metadata.labels?.[HASH_LABEL] !== hash))
    await client.patch(resources.pods, metadata, { metadata: { labels: { [HASH_LABEL]: hash } } })
  const madeMs = [latest, ...duplicates].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ''))
  const stayMs = Math.min(Math.max(...madeMs) + DUPLICATES_STAY_MS - clock.now(), DUPLICATES_STAY_MS)
  if (stayMs > 0) return stayMs
  await deleteRevisions(client, duplicates)
  return undefined
}

/** Deletes the oldest revisions that no pod is of, beyond as many as the daemon set keeps. */
export async function dropHistory(
  { client }: DaemonSetController,
  daemonSet: k8s.DaemonSet,
  { old, pods }: { old: readonly k8s.ControllerRevision[]; pods: readonly k8s.Pod[] },
): Promise<void> {
  const hashes = new Set(pods.map((pod) => pod.metadata.labels?.[HASH_LABEL] ?? ''))
  const isLive = (revision: k8s.ControllerRevision) => hashes.has(hashOf(revision))
  // Live ones count towards those that are kept.
  const limit = Math.max(0, (daemonSet.spec.revisionHistoryLimit ?? 10) - old.filter(isLive).length)
  await deleteRevisions(client, expiredRevisions(old, { isLive, limit }))
}

async function deleteRevisions(client: Client, revisions: readonly k8s.ControllerRevision[]): Promise<void> {
  for (const { metadata } of revisions)
    await client.delete(resources.controllerrevisions, metadata).catch((error: unknown) => {
      if (!isApiError(error, 'NotFound')) throw error
    })
}
