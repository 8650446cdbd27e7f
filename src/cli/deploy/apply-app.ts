/** Writes the wish: the namespace if it is missing, and the App as the deploy wants it. */
import { type App, apps, isApiError, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { changeApp, type SpecPatch, specOf } from '../cluster/change-app.ts'

export interface ApplyAppOptions {
  client: Client
  namespace: string
  name: string
  /** What the deploy decides, by what is there; all else of a present App stays as it is. */
  change: (app: App | undefined) => SpecPatch
  annotations?: Record<string, string> | undefined
  signal: AbortSignal
}

export async function applyApp(options: ApplyAppOptions): Promise<App> {
  const { client, namespace, name, change, annotations, signal } = options
  const patch = () => changeApp(client, { namespace, name }, { change, annotations, signal })
  try {
    return await patch()
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
  await ensureNamespace(client, namespace, signal)
  try {
    const metadata = { name, namespace, ...(annotations && { annotations }) }
    return await client.create(apps, { metadata, spec: specOf(change(undefined)) }, { signal })
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return patch()
    throw error
  }
}

/** Who may not make namespaces may work in one that is there: if it is not, the next write says so. */
export async function ensureNamespace(client: Client, name: string, signal: AbortSignal): Promise<void> {
  try {
    await client.create(resources.namespaces, { metadata: { name }, spec: {} }, { signal })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists', 'Forbidden')) throw error
  }
}
