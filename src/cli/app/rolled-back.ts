/** Which release an app goes back to, and what it asks for then. Pure. */
import type { App, AppContent, AppProcess, Release } from '../../api/index.ts'
import type { SpecPatch } from '../cluster/change-app.ts'
import { releaseState } from './releases.ts'

/** The newest of those that have been up, before the one that the app asks for now. `list` is newest first. */
export function previousRelease(app: App, list: readonly Release[]): Release | undefined {
  const latest = list.find(({ metadata }) => metadata.name === app.status?.latestRelease)
  const before = list.filter(({ spec }) => latest === undefined || spec.number < latest.spec.number)
  return before.find((release) => ['serving', 'ready'].includes(releaseState(app, release)))
}

/** All that the release is made of; how many of each process there are stays as the app has it. */
export function rolledBackSpec(app: App, { spec }: Release, deployedAt: string): SpecPatch {
  const content: { [Field in keyof Required<AppContent>]: AppContent[Field] | null } = {
    image: spec.image,
    description: spec.description ?? null,
    port: spec.port ?? null,
    env: spec.env ?? null,
    servicePorts: spec.servicePorts ?? null,
    configuration: spec.configuration ?? null,
    configurationVariables: spec.configurationVariables ?? null,
    bindings: spec.bindings ?? null,
    processes: processesOf(app, spec.processes),
    releaseStep: spec.releaseStep ?? null,
  }
  return { ...content, deployedAt, traffic: null }
}

function processesOf(app: App, processes: readonly AppProcess[] | undefined): AppProcess[] | null {
  const wished = processes ?? [{ name: 'web' }]
  const list = wished.map((process): AppProcess => {
    const { replicas, autoscaling } = app.spec.processes?.find(({ name }) => name === process.name) ?? {}
    return { ...process, ...(replicas !== undefined && { replicas }), ...(autoscaling && { autoscaling }) }
  })
  const saysNothing = list.length === 1 && Object.keys(list[0] ?? {}).length === 1 && processes === undefined
  return saysNothing ? null : list
}
