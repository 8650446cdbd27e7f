/** Brings the objects of an App in line with it, and tells on the App and its releases how it goes. */
import { apps, HOST_TAKEN, isApiError, isHostTaken, parseKey, releases as releaseResource } from '../api/index.ts'
import { type Client, writeStatus } from '../client/index.ts'
import type { Clock } from '../lib/index.ts'
import { type AppCaches, objectsOf } from './caches.ts'
import type { GatewayOptions } from './gateway.ts'
import { claimHosts } from './hosts.ts'
import { judge } from './judge.ts'
import { NameTakenError } from './objects/write.ts'
import { createRelease } from './release/create-release.ts'
import { msUntilNextJudgement } from './release/health.ts'
import { msUntilWithdrawal, releaseStatus } from './release/release-status.ts'
import { wishedRelease } from './release/wished-release.ts'
import { type AppObservation, appStatus } from './status/app-status.ts'
import { retireObjects, writeObjects } from './write-objects.ts'

/** What keeps the app's objects from being written need not be an object that is followed. */
const BLOCKED_MS = 10_000

export interface AppController {
  client: Client
  clock: Clock
  gateway: GatewayOptions
  caches: AppCaches
}

/** Resolves to the milliseconds after which the status may change by time alone. */
export async function reconcileApp(controller: AppController, key: string): Promise<number | undefined> {
  const { client, clock, gateway, caches } = controller
  const app = caches.apps.get(parseKey(key))
  if (app === undefined || app.metadata.deletionTimestamp !== undefined) return undefined
  const objects = objectsOf(caches, app)
  const hosts = claimHosts(app, { of: caches.claimants, has: caches.isRouted })
  const nowMs = clock.now()
  const observation: AppObservation = { app, hosts, gateway, nowMs }
  const waits = [msUntilNextJudgement({ pods: objects.pods, nowMs })]
  try {
    const wished = wishedRelease(app, objects.releases) ?? (await createRelease(client, app, objects.releases))
    const { rollout, observed } = judge({ app, wished, objects, nowMs })
    observation.rollout = rollout
    waits.push(...observed.map(msUntilWithdrawal))
    const work = { app, objects, rollout, hosts: hosts.granted, tags: hosts.tags, gateway }
    await writeObjects(client, work)
    for (const each of observed) await writeStatus(client, releaseResource, each.release, releaseStatus(each))
    const status = appStatus(observation)
    await writeStatus(client, apps, app, status)
    observation.app = { ...app, status }
    await retireObjects(client, work)
  } catch (error) {
    const blocked = blockedBy(error)
    if (blocked === undefined) throw error
    await writeStatus(client, apps, observation.app, appStatus({ ...observation, blocked }))
    waits.push(BLOCKED_MS)
  }
  const due = waits.filter((wait) => wait !== undefined)
  return due.length === 0 ? undefined : Math.min(...due)
}

/** Failures that only people can mend are told on the App, and seldom tried again; all others are tried again soon. */
function blockedBy(error: unknown): AppObservation['blocked'] {
  if (error instanceof NameTakenError) return { reason: 'NameTaken', message: error.message }
  if (isHostTaken(error)) return { reason: HOST_TAKEN, message: error.message }
  // A quota, a policy, a webhook, a namespace that is being deleted.
  if (isApiError(error, 'Forbidden')) return { reason: 'Forbidden', message: error.message }
  if (isApiError(error, 'Invalid', 'BadRequest')) return { reason: 'InvalidSpec', message: error.message }
  return undefined
}
