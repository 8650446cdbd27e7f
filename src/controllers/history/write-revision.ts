/** Writes ControllerRevisions. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { hasTemplate, newRevision, type NewRevisionOptions, type RevisionOwner } from './revision.ts'

/** The revision of the owner's template, made unless it is there already, and the collision count that its name came
 *  of: where another template has the name, the count goes up and with it the name changes. */
export async function createRevision(
  client: Client,
  owner: RevisionOwner,
  options: NewRevisionOptions,
): Promise<{ revision: k8s.ControllerRevision; collisionCount: number }> {
  for (let { collisionCount } = options; ; collisionCount++) {
    const revision = newRevision(owner, { ...options, collisionCount })
    try {
      return { revision: await client.create(resources.controllerrevisions, revision), collisionCount }
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error
    }
    const present = await client.get(resources.controllerrevisions, revision.metadata)
    if (hasTemplate(present, owner.spec.template)) return { revision: present, collisionCount }
  }
}

/** A revision that is returned to becomes the latest. */
export async function renumberRevision(
  client: Client,
  revision: k8s.ControllerRevision,
  number: number,
): Promise<k8s.ControllerRevision> {
  if (revision.revision === number) return revision
  return await client.update(resources.controllerrevisions, { ...revision, revision: number })
}
