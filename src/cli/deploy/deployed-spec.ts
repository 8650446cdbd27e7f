/** What a deploy makes of an App. Pure: the source says what runs, the App how many of it and who answers. */
import { type App, type AppBinding, type AppContent, type AppProcess, WEB_PROCESS } from '../../api/index.ts'
import type { SpecPatch } from '../cluster/change-app.ts'

/** Paths of servers that the builder brought along. */
const OWN_PATHS = '/.naru/'
/** As App's containers name it. */
const PORT_NAME = 'http'
const PATIENCE = { periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 3 }

export interface Deployment {
  image: string
  /** RFC 3339. */
  deployedAt: string
  /** What the source names; undefined when the image says it all. */
  processes: readonly { name: string; command: readonly string[] }[] | undefined
  releaseCommand: readonly string[] | undefined
  /** Where a server that the builder brought along says that the app has started. */
  readinessPath?: string | undefined
  /** Left out: as it was. */
  port?: number | undefined
  description?: string | undefined
  /** Of an App that is made now: the configuration it was given before. */
  configuration?: Pick<AppContent, 'configuration' | 'configurationVariables'> | undefined
  /** Likewise: what was added for it. */
  bindings?: AppBinding[] | undefined
  /** Whether the new release gets no traffic until `naru traffic` gives it some. */
  withoutTraffic?: boolean | undefined
}

export function deployedSpec(app: App | undefined, deployment: Deployment): SpecPatch {
  const { image, deployedAt, port, description, releaseCommand, configuration, bindings } = deployment
  const processes = mergedProcesses(app?.spec.processes ?? [], deployment).map(probed(deployment.readinessPath))
  return {
    image,
    deployedAt,
    description: description ?? null,
    processes: processes.length > 0 ? processes : null,
    releaseStep: releaseCommand ? { ...app?.spec.releaseStep, command: [...releaseCommand] } : null,
    traffic: deployment.withoutTraffic ? heldTraffic(app) : null,
    ...(port !== undefined && { port }),
    ...(app === undefined && configuration),
    ...(app === undefined && bindings !== undefined && { bindings }),
  }
}

/** A process that is still there keeps what the App says of it beyond its command: how many, when, with which limits.
 *  What runs by the clock stays until `naru cron remove`: the source has no words for it. */
function mergedProcesses(
  present: readonly AppProcess[],
  { processes: planned, readinessPath }: Deployment,
): AppProcess[] {
  const settingsOf = (name: string): AppProcess => {
    const { command: _, args: __, ...settings } = present.find((process) => process.name === name) ?? { name }
    return withoutOwnProbe(settings)
  }
  const scheduled = present.filter(({ name, schedule }) => schedule !== undefined && !planned?.some(isNamed(name)))
  if (planned !== undefined)
    return [...planned.map(({ name, command }) => ({ ...settingsOf(name), command: [...command] })), ...scheduled]
  const web = settingsOf(WEB_PROCESS)
  return Object.keys(web).length > 1 || readinessPath !== undefined || scheduled.length > 0 ? [web, ...scheduled] : []
}

/** What a deploy has set, the next one sets anew; what people have set stays. */
function withoutOwnProbe(process: AppProcess): AppProcess {
  const { readinessProbe: _, ...settings } = process
  return ownProbe(process) === undefined ? process : settings
}

/** That of a server which the builder brought along. */
export function ownProbe({ readinessProbe }: AppProcess): AppProcess['readinessProbe'] {
  return readinessProbe?.httpGet?.path?.startsWith(OWN_PATHS) === true ? readinessProbe : undefined
}

const probed =
  (path: string | undefined) =>
  (process: AppProcess): AppProcess =>
    path === undefined || process.name !== WEB_PROCESS || process.readinessProbe !== undefined
      ? process
      : { ...process, readinessProbe: { httpGet: { path, port: PORT_NAME }, ...PATIENCE } }

const isNamed =
  (name: string) =>
  (process: { name: string }): boolean =>
    process.name === name

/** Who has the traffic now, by number, so that the newest release does not get it. */
function heldTraffic(app: App | undefined): SpecPatch['traffic'] {
  const shares = app?.status?.traffic?.filter(({ percent }) => percent > 0) ?? []
  return shares.length === 0 ? null : shares.map(({ number, percent }) => ({ release: number, percent }))
}
