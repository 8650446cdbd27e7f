/** Makes the objects of an App be as its releases and its traffic ask for, in an order that loses no request: what
 *  shall answer is there before it is asked, and what is no longer asked goes when that is written down. */
import {
  type App,
  gatewayApi,
  type Release,
  releases as releaseResource,
  resources,
  WEB_PROCESS,
} from '../api/index.ts'
import type { Client } from '../client/index.ts'
import { bindingsOf } from './bindings/bound.ts'
import type { AppObjects } from './caches.ts'
import { GATEWAY_NAME, type GatewayOptions } from './gateway.ts'
import { autoscalerName, desiredAutoscaler } from './objects/autoscaler.ts'
import { desiredDeployment } from './objects/deployment.ts'
import { deploymentName, hasWeb, lastingProcesses, scheduledProcesses } from './objects/process.ts'
import { currentProcess, replicasOf } from './objects/replicas.ts'
import { appRoutes, appService, redirectRoutes, releaseService, tagRoute } from './objects/routing.ts'
import { certificateGateway } from './objects/secure.ts'
import { cronJobName, releaseStepJob, scheduledCronJob, stepName } from './objects/task.ts'
import { ensure, remove } from './objects/write.ts'
import { outdated } from './release/retention.ts'
import type { Rollout } from './status/app-status.ts'
import { tagHost } from './traffic/tag-host.ts'
import { mainHosts } from './hosts.ts'

export interface ObjectsToWrite {
  app: App
  objects: AppObjects
  rollout: Rollout
  /** The hosts that are the app's, and those of its tags. */
  hosts: readonly string[]
  tags: readonly string[]
  gateway: GatewayOptions
}

type Step = (client: Client, work: ObjectsToWrite) => Promise<void>

const BEFORE: readonly Step[] = [runReleaseStep, startProcesses, showCertificates, routeRequests, schedule, autoscale]
const AFTERWARDS: readonly Step[] = [stopProcesses, forget]

/** Throws NameTakenError. */
export async function writeObjects(client: Client, work: ObjectsToWrite): Promise<void> {
  for (const step of BEFORE) await step(client, work)
}

/** Ends what is no longer asked. Only once the status says who answers now: after a crash in between, requests must not
 *  be led back to who has gone. */
export async function retireObjects(client: Client, work: ObjectsToWrite): Promise<void> {
  for (const step of AFTERWARDS) await step(client, work)
}

async function runReleaseStep(client: Client, { objects, rollout: { wished, step } }: ObjectsToWrite): Promise<void> {
  if (step.state !== 'running') return
  const present = objects.jobs.get(stepName(wished))
  const stepOf = (release: Release) => releaseStepJob(release, bindingsOf(release, objects.resources).bound)
  // Only made: the template of a Job does not change.
  if (present === undefined)
    await ensure(client, { owner: wished, resource: resources.jobs, wished: stepOf(wished), present })
}

const knownReleases = ({ objects, rollout: { wished } }: ObjectsToWrite): Release[] =>
  objects.releases.includes(wished) ? objects.releases : [...objects.releases, wished]

const runs = ({ rollout: { traffic } }: ObjectsToWrite, release: Release, process: string): boolean =>
  (process === WEB_PROCESS ? traffic.running : traffic.working).has(release.metadata.name)

async function startProcesses(client: Client, work: ObjectsToWrite): Promise<void> {
  for (const release of knownReleases(work)) {
    if (!work.rollout.traffic.running.has(release.metadata.name)) continue
    for (const process of lastingProcesses(release.spec))
      if (runs(work, release, process.name)) await writeDeployment(client, work, release, process.name)
    if (!hasWeb(release.spec)) continue
    const wished = releaseService(release)
    const present = work.objects.services.get(wished.metadata.name)
    await ensure(client, { owner: release, resource: resources.services, wished, present })
  }
}

/** After the routes: nobody is sent there any more, and pods stay a moment for those who do not know yet. */
async function stopProcesses(client: Client, work: ObjectsToWrite): Promise<void> {
  for (const release of knownReleases(work))
    for (const { name } of lastingProcesses(release.spec)) {
      const present = work.objects.deployments.get(deploymentName(release, name))
      if (present !== undefined && present.spec.replicas !== 0 && !runs(work, release, name))
        await writeDeployment(client, work, release, name)
    }
}

async function writeDeployment(client: Client, work: ObjectsToWrite, release: Release, name: string): Promise<void> {
  const { app, objects, rollout } = work
  const process = lastingProcesses(release.spec).find((candidate) => candidate.name === name) ?? { name }
  const present = objects.deployments.get(deploymentName(release, name))
  const predecessor = objects.deployments.get(deploymentName(rollout.traffic.primary, name))
  const replicas = replicasOf({ app, name, isRunning: runs(work, release, name), present, predecessor })
  const { bound, missing } = bindingsOf(release, objects.resources)
  const wished = desiredDeployment(release, { process, replicas, bound })
  // What ran with a Resource that is gone is left as it is.
  if (missing !== undefined && present !== undefined) wished.spec.template = present.spec.template
  // Who restarts it (naru restart, kubectl rollout restart) writes to its template.
  await ensure(client, { owner: release, resource: resources.deployments, wished, present, isShared: true })
}

async function showCertificates(client: Client, { app, objects, hosts, gateway }: ObjectsToWrite): Promise<void> {
  const { gateways: resource } = gatewayApi
  const wished = certificateGateway(app, { hosts, className: GATEWAY_NAME, port: gateway.securePort })
  const present = objects.gateways.get(app.metadata.name)
  if (wished === undefined) await remove(client, { owner: app, resource, present })
  else await ensure(client, { owner: app, resource, wished, present })
}

async function routeRequests(client: Client, work: ObjectsToWrite): Promise<void> {
  const { app, objects, rollout, hosts, gateway } = work
  const { traffic } = rollout
  const { httproutes } = gatewayApi
  const routed = hasWeb(traffic.primary.spec) && hosts.length > 0
  const shown = routed ? [...appRoutes({ app, shares: traffic.shares, hosts }), ...tagRoutes(work)] : []
  const hostnames = [...new Set(shown.flatMap(({ spec }) => spec.hostnames ?? []))]
  // First: while the app's own routes are still there by HTTP, these, which are younger, get nothing.
  const wishedRoutes = [...redirectRoutes(app, hostnames, gateway.securePort), ...shown]
  for (const wished of wishedRoutes)
    await ensure(client, {
      owner: app,
      resource: httproutes,
      wished,
      present: objects.routes.get(wished.metadata.name),
    })
  const names = new Set(wishedRoutes.map(({ metadata }) => metadata.name))
  for (const present of objects.routes.values())
    if (!names.has(present.metadata.name)) await remove(client, { owner: app, resource: httproutes, present })

  const present = objects.services.get(app.metadata.name)
  if (hasWeb(traffic.primary.spec)) {
    const wished = appService(app, traffic.primary)
    await ensure(client, { owner: app, resource: resources.services, wished, present })
  } else await remove(client, { owner: app, resource: resources.services, present })
}

/** Where a tag has no host there is no route: one without hosts would be at all of them. */
function tagRoutes({ app, rollout, hosts, tags }: ObjectsToWrite): gatewayApi.HTTPRoute[] {
  const main = mainHosts(app).filter((host) => hosts.includes(host))
  return rollout.traffic.shares.flatMap((share) => {
    const { tag } = share
    const own = tag === undefined ? [] : main.map((host) => tagHost(tag, host)).filter((host) => tags.includes(host))
    return own.length === 0 ? [] : [tagRoute(app, share, own)]
  })
}

async function schedule(client: Client, { app, objects, rollout: { traffic } }: ObjectsToWrite): Promise<void> {
  const { primary, working } = traffic
  const processes = working.has(primary.metadata.name) ? scheduledProcesses(primary.spec) : []
  for (const process of processes) {
    const present = objects.cronJobs.get(cronJobName(app, process))
    const { bound, missing } = bindingsOf(primary, objects.resources)
    const wished = scheduledCronJob(app, { release: primary, process, bound })
    if (missing !== undefined && present !== undefined) wished.spec.jobTemplate = present.spec.jobTemplate
    await ensure(client, { owner: app, resource: resources.cronjobs, wished, present })
  }
  const names = new Set(processes.map((process) => cronJobName(app, process)))
  for (const present of objects.cronJobs.values())
    if (!names.has(present.metadata.name)) await remove(client, { owner: app, resource: resources.cronjobs, present })
}

async function autoscale(client: Client, { app, objects, rollout: { traffic } }: ObjectsToWrite): Promise<void> {
  const { horizontalpodautoscalers } = resources
  const processes = lastingProcesses(traffic.primary.spec).flatMap(({ name }) => {
    const process = currentProcess(app, name)
    return process?.autoscaling === undefined ? [] : [process]
  })
  for (const process of processes) {
    const wished = desiredAutoscaler(app, traffic.primary, process)
    const present = objects.autoscalers.get(wished.metadata.name)
    // How fast it grows and shrinks is for people to say.
    await ensure(client, { owner: app, resource: horizontalpodautoscalers, wished, present, isShared: true })
  }
  const names = new Set(processes.map((process) => autoscalerName(app, process)))
  for (const present of objects.autoscalers.values())
    if (!names.has(present.metadata.name))
      await remove(client, { owner: app, resource: horizontalpodautoscalers, present })
}

async function forget(client: Client, work: ObjectsToWrite): Promise<void> {
  const { app, objects, rollout } = work
  const inUse = new Set([...rollout.traffic.running, rollout.wished.metadata.name])
  for (const present of outdated(objects.releases, inUse))
    await remove(client, { owner: app, resource: releaseResource, present })
}
