/** The processes of a release, and the port of the one that answers. Pure. */
import { type AppContent, type AppProcess, DEFAULT_APP_PORT, type Release, WEB_PROCESS } from '../../api/index.ts'

/** Without any, the image's own command is `web`. */
export const processesOf = ({ processes }: AppContent): readonly AppProcess[] => processes ?? [{ name: WEB_PROCESS }]

export const hasWeb = (content: AppContent): boolean => processesOf(content).some(({ name }) => name === WEB_PROCESS)

/** Those that run all the time. */
export const lastingProcesses = (content: AppContent): AppProcess[] =>
  processesOf(content).filter(({ schedule }) => schedule === undefined)

export const scheduledProcesses = (content: AppContent): AppProcess[] =>
  processesOf(content).filter(({ schedule }) => schedule !== undefined)

/** The port `web` listens on: `port`, else a number given to it as PORT, else 8080. */
export function portOf({ port, env, processes }: AppContent): number {
  const web = processes?.find(({ name }) => name === WEB_PROCESS)
  const given = [...(env ?? []), ...(web?.env ?? [])].findLast(({ name }) => name === 'PORT')?.value ?? ''
  return port ?? (/^\d{1,5}$/.test(given) ? Number(given) : DEFAULT_APP_PORT)
}

/** `web` has the name of the release, the others theirs at its end. */
export const deploymentName = (release: Release, process: string): string =>
  process === WEB_PROCESS ? release.metadata.name : `${release.metadata.name}-${process}`
