/** Makes the release that an App asks for and that there is not yet. */
import { apiVersionOf, type App, isApiError, type Release, releases as resource } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { ownedMetadata } from '../objects/owned.ts'
import { checkOwner } from '../objects/write.ts'
import { releaseName, releaseSpec } from './content.ts'
import { nextNumber } from './wished-release.ts'

/** Throws `AlreadyExists` when the cache does not show the newest one yet: the next look will; as `ensure` does when there is
 *  one that is another's. */
export async function createRelease(client: Client, app: App, present: readonly Release[]): Promise<Release> {
  const number = nextNumber(present)
  const wished: Release = {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: ownedMetadata(app, releaseName(app, number)),
    spec: releaseSpec(app, number),
  }
  try {
    return await client.create(resource, wished)
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) checkOwner(resource, await client.get(resource, wished.metadata), app)
    throw error
  }
}
