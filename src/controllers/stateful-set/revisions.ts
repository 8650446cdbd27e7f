/** The revision a stateful set is at and the one it is on its way to. Source: k8s.io/kubernetes v1.34,
 *  getStatefulSetRevisions and truncateHistory in pkg/controller/statefulset/stateful_set_control.go. */
import { isApiError, type k8s, labelSelectorMatches, resources } from '../../api/index.ts'
import {
  createRevision,
  expiredRevisions,
  hasTemplate,
  nextRevision,
  renumberRevision,
  revisionsInOrder,
} from '../history/index.ts'
import { claimObjects } from '../objects/index.ts'
import type { StatefulSetController } from './controller.ts'
import { revisionNameOf, type SetRevisions } from './new-pod.ts'

const REVISION_HASH_LABEL = 'controller.kubernetes.io/hash'

/** The set's own, and orphans that it adopts. Its own that no longer match its selector are not seen. */
export async function revisionsOf(
  controller: StatefulSetController,
  set: k8s.StatefulSet,
): Promise<k8s.ControllerRevision[]> {
  const claimed = await claimObjects({
    client: controller.client,
    owner: set,
    ownerResource: resources.statefulsets,
    selector: set.spec.selector,
    resource: resources.controllerrevisions,
    candidates: controller.revisions
      .claimableBy(set)
      .filter(({ metadata }) => labelSelectorMatches(set.spec.selector, metadata.labels)),
  })
  return revisionsInOrder(claimed)
}

/** Makes the revision of the present template, or makes the latest again the one that had it before. */
export async function currentAndUpdate(
  { client }: StatefulSetController,
  set: k8s.StatefulSet,
  revisions: readonly k8s.ControllerRevision[],
): Promise<SetRevisions & { collisionCount: number }> {
  const collisionCount = set.status?.collisionCount ?? 0
  const number = nextRevision(revisions)
  const present = revisions.findLast((revision) => hasTemplate(revision, set.spec.template))
  const { revision: update, collisionCount: collisions } =
    present === undefined
      ? await createRevision(client, set, {
          resource: resources.statefulsets,
          hashLabel: REVISION_HASH_LABEL,
          number,
          collisionCount,
        })
      : {
          revision: present === revisions.at(-1) ? present : await renumberRevision(client, present, number),
          collisionCount,
        }
  const current = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision)
  return { current: current ?? update, update, collisionCount: collisions }
}

/** Deletes revisions that no pod is of, beyond as many as the set keeps. */
export async function dropHistory(
  { client }: StatefulSetController,
  set: k8s.StatefulSet,
  { revisions, live, pods }: { revisions: k8s.ControllerRevision[]; live: SetRevisions; pods: readonly k8s.Pod[] },
): Promise<void> {
  const names = new Set([live.current.metadata.name, live.update.metadata.name, ...pods.map(revisionNameOf)])
  const isLive = ({ metadata }: k8s.ControllerRevision) => names.has(metadata.name)
  for (const { metadata } of expiredRevisions(revisions, { isLive, limit: set.spec.revisionHistoryLimit ?? 10 }))
    await client.delete(resources.controllerrevisions, metadata).catch((error: unknown) => {
      if (!isApiError(error, 'NotFound')) throw error
    })
}
