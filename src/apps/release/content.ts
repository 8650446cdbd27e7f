/** What makes a release: the parts of an App that are run. Who is how many and who answers is the App's alone, so that
 *  scaling makes no release. Pure. */
import {
  type App,
  type AppContent,
  type AppProcess,
  type Release,
  type ReleaseSpec,
  WEB_PROCESS,
} from '../../api/index.ts'

/** The fields of AppContent; what an App has beyond them is not part of a release. */
const FIELDS = [
  'image',
  'description',
  'port',
  'servicePorts',
  'env',
  'configuration',
  'configurationVariables',
  'bindings',
  'processes',
  'releaseStep',
] as const satisfies (keyof AppContent)[]

export function contentOf(spec: AppContent): AppContent {
  const content = Object.fromEntries(
    FIELDS.flatMap((field) => (spec[field] === undefined ? [] : [[field, spec[field]]])),
  )
  const processes = spec.processes?.map(fixedPart)
  const { processes: _, ...rest } = content as unknown as AppContent
  return processes === undefined || isDefault(processes) ? rest : { ...rest, processes }
}

/** As if nothing had been said of processes. */
const isDefault = (processes: readonly AppProcess[]): boolean =>
  processes.length === 1 && processes[0]?.name === WEB_PROCESS && Object.keys(processes[0]).length === 1

/** A process without what can change while a release stays the same. */
function fixedPart({ replicas: _replicas, autoscaling: _autoscaling, ...fixed }: AppProcess): AppProcess {
  return fixed
}

export const releaseName = (app: App, number: number): string => `${app.metadata.name}-v${number}`

export const releaseSpec = (app: App, number: number): ReleaseSpec => ({
  app: app.metadata.name,
  number,
  ...contentOf(app.spec),
})

export const hasSameContent = (release: Release, app: App): boolean =>
  canonical(contentOf(release.spec)) === canonical(contentOf(app.spec))

/** A text that is the same for the same value, however its fields are ordered. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
