/** Resources whose Provisioner names somebody else's program. */
import { type BackingResource, backingResources, isApiError } from '../api/index.ts'
import type { Client } from '../client/index.ts'
import { resourceStatus } from './status/resource-status.ts'

/** Says who it is that has to make it, until that program does: from its first word on the status is its own. */
export async function leaveToController(
  client: Client,
  { resource, controller, nowMs }: { resource: BackingResource; controller: string; nowMs: number },
): Promise<void> {
  const ready = resource.status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready !== undefined && ready.reason !== 'ProvisionerNotFound') return
  const { name, namespace, uid, resourceVersion } = resource.metadata
  const status = resourceStatus(resource, { state: 'left', controller }, nowMs)
  const patch = { metadata: { uid, resourceVersion }, status }
  try {
    await client.patch(backingResources, { name, namespace }, patch, { subresource: 'status' })
  } catch (error) {
    // The program was quicker, or the Resource is gone.
    if (!isApiError(error, 'Conflict', 'NotFound')) throw error
  }
}
