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
}

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
  await replaceDuplicates(client, { latest, duplicates: same, pods })
  const current = latest.revision < number ? await renumberRevision(client, latest, number) : latest
  return { current, old, collisionCount: status?.collisionCount }
}

/** Its own, and orphans that it adopts. */
async function claimRevisions({ client, revisionsOf }: DaemonSetController, daemonSet: k8s.DaemonSet) {
  const { uid = '', namespace } = daemonSet.metadata
  return await claimObjects({
    client,
    owner: daemonSet,
    ownerResource: resources.daemonsets,
    selector: daemonSet.spec.selector,
    resource: resources.controllerrevisions,
    candidates: [...revisionsOf(uid), ...revisionsOf(`orphans/${namespace}`)],
  })
}

/** A revision of somebody else's making may lack the label that tells its pods. */
async function labelled(client: Client, revision: k8s.ControllerRevision): Promise<k8s.ControllerRevision> {
  if (revision.metadata.labels?.[HASH_LABEL] !== undefined) return revision
  const labels = { ...revision.metadata.labels, [HASH_LABEL]: revision.metadata.name }
  return await client.update(resources.controllerrevisions, { ...revision, metadata: { ...revision.metadata, labels } })
}

/** Several revisions of one template become one, and pods of any of them pods of that one. */
async function replaceDuplicates(
  client: Client,
  options: { latest: k8s.ControllerRevision; duplicates: readonly k8s.ControllerRevision[]; pods: readonly k8s.Pod[] },
): Promise<void> {
  const { latest, duplicates, pods } = options
  if (duplicates.length === 0) return
  const hash = hashOf(latest)
  for (const { metadata } of pods.filter((pod) => pod.metadata.labels?.[HASH_LABEL] !== hash))
    await client.patch(resources.pods, metadata, { metadata: { labels: { [HASH_LABEL]: hash } } })
  await deleteRevisions(client, duplicates)
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
