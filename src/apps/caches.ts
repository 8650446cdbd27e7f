/** What the App controller follows, and what of it belongs to one app. */
import {
  APP_LABEL,
  type App,
  type BackingResource,
  backingResources,
  apps as appResource,
  gatewayApi,
  type k8s,
  keyOf,
  type KubeObject,
  type Release,
  refKey,
  releases as releaseResource,
  type Resource,
  resources,
} from '../api/index.ts'
import { type Client, type Informer, type InformerOptions, openInformer, type Source, source } from '../client/index.ts'
import { askedHosts } from './hosts.ts'
import { isOwned } from './objects/owned.ts'

export interface AppCaches {
  apps: Informer<App>
  /** The apps that ask for a host. */
  claimants: (host: string) => App[]
  /** Whether a route of the app has the host. */
  isRouted: (app: App, host: string) => boolean
  /** Those of an app, by its key. */
  releasesOf: (key: string) => Release[]
  deploymentsOf: (key: string) => k8s.Deployment[]
  servicesOf: (key: string) => k8s.Service[]
  routesOf: (key: string) => gatewayApi.HTTPRoute[]
  gatewaysOf: (key: string) => gatewayApi.Gateway[]
  jobsOf: (key: string) => k8s.Job[]
  cronJobsOf: (key: string) => k8s.CronJob[]
  autoscalersOf: (key: string) => k8s.HorizontalPodAutoscaler[]
  podsOf: (key: string) => k8s.Pod[]
  /** What apps may be bound to. */
  resources: Informer<BackingResource>
  /** Which changes ask for which apps. */
  sources: Source<KubeObject>[]
}

/** What there is of one app; the objects by their names. Those that others made are not among them, nor what an earlier app
 *  of the name has left. */
export interface AppObjects {
  /** Those that are not being deleted. */
  releases: Release[]
  deployments: ReadonlyMap<string, k8s.Deployment>
  services: ReadonlyMap<string, k8s.Service>
  routes: ReadonlyMap<string, gatewayApi.HTTPRoute>
  /** With certificates that were given. */
  gateways: ReadonlyMap<string, gatewayApi.Gateway>
  jobs: ReadonlyMap<string, k8s.Job>
  cronJobs: ReadonlyMap<string, k8s.CronJob>
  autoscalers: ReadonlyMap<string, k8s.HorizontalPodAutoscaler>
  /** Those that are not being deleted. */
  pods: k8s.Pod[]
  /** Those of its namespace. */
  resources: ReadonlyMap<string, BackingResource>
}

/** The informers end with `opened`. Rejects only when their signal aborts before the first lists are there. */
export async function openCaches(
  client: Client,
  opened: AsyncDisposableStack,
  options: Pick<InformerOptions, 'signal' | 'clock' | 'logger'>,
): Promise<AppCaches> {
  const common = { ...options, transform: dropManagedFields }
  const sources: Source<KubeObject>[] = []
  /** Of other kinds only what apps have made is held. */
  const follow = async <T extends KubeObject>(resource: Resource<T>) => {
    const informer = opened.use(await openInformer(client, resource, { ...common, labelSelector: APP_LABEL }))
    sources.push(source(informer, appOf))
    return informer
  }
  const apps = opened.use(await openInformer(client, appResource, common))
  const claimants = apps.index(askedHosts)
  /** Those after the same hosts as well: one of them may get a host that becomes free. */
  const concerned = (app: App) => [keyOf(app), ...askedHosts(app).flatMap((host) => claimants(host).map(keyOf))]
  sources.push(source(apps, concerned))
  const releases = await follow(releaseResource)
  const resourceCache = opened.use(await openInformer(client, backingResources, common))
  const bound = [apps.index(boundTo), releases.index(boundTo)] as const
  const keysOf = (resource: BackingResource) => [
    ...bound[0](keyOf(resource)).map(keyOf),
    ...bound[1](keyOf(resource)).flatMap(appOf),
  ]
  sources.push(source(resourceCache, keysOf))
  const ofApp = async <T extends KubeObject>(resource: Resource<T>) => (await follow(resource)).index(appOf)
  const routesOf = await ofApp(gatewayApi.httproutes)
  return {
    apps,
    claimants,
    isRouted: (app, host) => routesOf(keyOf(app)).some(({ spec }) => spec.hostnames?.includes(host)),
    releasesOf: releases.index(appOf),
    deploymentsOf: await ofApp(resources.deployments),
    servicesOf: await ofApp(resources.services),
    routesOf,
    gatewaysOf: await ofApp(gatewayApi.gateways),
    jobsOf: await ofApp(resources.jobs),
    cronJobsOf: await ofApp(resources.cronjobs),
    autoscalersOf: await ofApp(resources.horizontalpodautoscalers),
    podsOf: await ofApp(resources.pods),
    resources: resourceCache,
    sources,
  }
}

export function objectsOf(caches: AppCaches, app: App): AppObjects {
  const key = keyOf(app)
  const releases = caches.releasesOf(key).filter((release) => isStaying(release) && isOwned(release, app))
  const owners = [app, ...releases]
  const own = <T extends KubeObject>(objects: readonly T[]) =>
    byName(objects.filter((object) => owners.some((owner) => isOwned(object, owner))))
  return {
    releases,
    deployments: own(caches.deploymentsOf(key)),
    services: own(caches.servicesOf(key)),
    routes: own(caches.routesOf(key)),
    gateways: own(caches.gatewaysOf(key)),
    jobs: own(caches.jobsOf(key)),
    cronJobs: own(caches.cronJobsOf(key)),
    autoscalers: own(caches.autoscalersOf(key)),
    pods: caches.podsOf(key).filter(isStaying),
    resources: byName(caches.resources.list(app.metadata.namespace)),
  }
}

/** The keys of the Resources that an App or Release names. */
const boundTo = ({ metadata, spec }: App | Release): string[] =>
  spec.bindings?.map(({ resource }) => refKey({ namespace: metadata.namespace, name: resource })) ?? []

const isStaying = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp === undefined

const byName = <T extends KubeObject>(objects: readonly T[]): ReadonlyMap<string, T> =>
  new Map(objects.map((object) => [object.metadata.name, object]))

/** The key of the app that an object was made for. */
function appOf({ metadata }: KubeObject): string[] {
  const name = metadata.labels?.[APP_LABEL]
  return name === undefined ? [] : [`${metadata.namespace}/${name}`]
}

function dropManagedFields(object: KubeObject): void {
  delete object.metadata.managedFields
}
