/** Changes what an App asks for, by what it asks for now. */
import { type App, type AppSpec, apps, isApiError, type ObjectRef } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'

/** A merge patch of the spec: null takes a field away, what is left out stays. */
export type SpecPatch = { [Field in keyof AppSpec]?: AppSpec[Field] | null }

/** Tried again when somebody else was quicker, so that nobody's change is lost. Throws ApiError `NotFound`. */
export async function changeApp(
  client: Client,
  ref: ObjectRef,
  {
    change,
    annotations,
    signal,
  }: { change: (app: App) => SpecPatch; annotations?: Record<string, string> | undefined; signal: AbortSignal },
): Promise<App> {
  for (;;) {
    const app = await client.get(apps, ref, { signal })
    const { uid, resourceVersion } = app.metadata
    const metadata = { uid, resourceVersion, ...(annotations && { annotations }) }
    try {
      return await client.patch(apps, ref, { metadata, spec: change(app) }, { signal })
    } catch (error) {
      if (!isApiError(error, 'Conflict')) throw error
    }
  }
}

/** A patch that can be made into the spec of a new App. */
export function specOf(patch: SpecPatch): AppSpec {
  const given = Object.entries(patch).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(given) as unknown as AppSpec
}
