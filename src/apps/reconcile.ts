/** Brings the objects of an App in line with it, and tells on the App how it goes. */
import { type App, apps, type gatewayApi, isApiError, type k8s, parseKey } from '../api/index.ts'
import type { Client, Informer } from '../client/index.ts'
import type { Clock } from '../lib/index.ts'
import type { GatewayOptions } from './gateway.ts'
import { claimHosts } from './hosts.ts'
import { type AppObservation, appStatus, msUntilNextJudgement } from './status.ts'
import { NameTakenError, writeObjects } from './write-objects.ts'

export interface AppController {
  client: Client
  clock: Clock
  gateway: GatewayOptions
  apps: Informer<App>
  deployments: Informer<k8s.Deployment>
  services: Informer<k8s.Service>
  routes: Informer<gatewayApi.HTTPRoute>
  /** The pods of an app, by its key. */
  podsOf: (key: string) => k8s.Pod[]
  /** The apps that ask for a host. */
  claimants: (host: string) => App[]
}

/** Resolves to the milliseconds after which the status may change by time alone. */
export async function reconcileApp(controller: AppController, key: string): Promise<number | undefined> {
  const ref = parseKey(key)
  const app = controller.apps.get(ref)
  if (app === undefined || app.metadata.deletionTimestamp !== undefined) return undefined
  const hosts = claimHosts(app, controller.claimants)
  const present = {
    deployment: controller.deployments.get(ref),
    service: controller.services.get(ref),
    route: controller.routes.get(ref),
  }
  let deployment: k8s.Deployment | undefined
  let blocked: AppObservation['blocked']
  try {
    deployment = await writeObjects(controller.client, { app, present, hosts: hosts.granted })
  } catch (error) {
    blocked = blockedBy(error)
    if (blocked === undefined) throw error
  }
  const pods = controller.podsOf(key).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const { gateway, clock } = controller
  const observation = { app, deployment, pods, hosts, gateway, blocked, nowMs: clock.now() }
  await writeStatus(controller.client, observation)
  return msUntilNextJudgement(observation)
}

/** Failures that only the user can mend are told on the App; all others are tried again. */
function blockedBy(error: unknown): AppObservation['blocked'] {
  if (error instanceof NameTakenError) return { reason: 'NameTaken', message: error.message }
  if (isApiError(error, 'Invalid', 'BadRequest')) return { reason: 'InvalidSpec', message: error.message }
  return undefined
}

async function writeStatus(client: Client, observation: AppObservation): Promise<void> {
  const { app } = observation
  const status = appStatus(observation)
  if (JSON.stringify(inOrder(status)) === JSON.stringify(inOrder(app.status))) return
  // Without a resourceVersion: this controller alone writes the status, and a change of the spec meanwhile shows in
  // observedGeneration.
  const { name, namespace, uid } = app.metadata
  const patch = { metadata: { uid }, status: { ...absentFields(app), ...status } }
  try {
    await client.patch(apps, { namespace, name }, patch, { subresource: 'status' })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}

/** A merge patch leaves out-of-date fields alone unless they are null. */
const absentFields = ({ status }: App) => Object.fromEntries(Object.keys(status ?? {}).map((name) => [name, null]))

/** The same fields in the same order, so that two texts of the same status are the same. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, field]) => [name, inOrder(field)]))
}
