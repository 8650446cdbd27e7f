/** Writes the wish: the namespace if it is missing, and the App with the new image. */
import { type App, type AppSpec, apps, isApiError, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'

export interface ApplyAppOptions {
  client: Client
  namespace: string
  name: string
  /** What the deploy decides; all else of a present App stays as it is. */
  spec: AppSpec
  signal: AbortSignal
}

/** A merge patch, so nobody else's change is lost and none stands in the way; created when it is not there. */
export async function applyApp(options: ApplyAppOptions): Promise<App> {
  const { client, namespace, name, spec, signal } = options
  const patch = () => client.patch(apps, { namespace, name }, { spec }, { signal })
  try {
    return await patch()
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
  await ensureNamespace(client, namespace, signal)
  try {
    return await client.create(apps, { metadata: { name, namespace }, spec }, { signal })
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return patch()
    throw error
  }
}

async function ensureNamespace(client: Client, name: string, signal: AbortSignal): Promise<void> {
  try {
    await client.create(resources.namespaces, { metadata: { name }, spec: {} }, { signal })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
