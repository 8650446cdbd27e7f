/** What the App controller follows, and what of it belongs to one app. */
import {
  APP_LABEL,
  type App,
  apps as appResource,
  gatewayApi,
  type k8s,
  keyOf,
  type KubeObject,
  type Release,
  releases as releaseResource,
  type Resource,
  resources,
} from '../api/index.ts'
import { type Client, type Informer, type InformerOptions, openInformer, type Source, source } from '../client/index.ts'
import { wishedHosts } from './hosts.ts'

export interface AppCaches {
  apps: Informer<App>
  /** The apps that ask for a host. */
  claimants: (host: string) => App[]
  /** Those of an app, by its key. */
  releasesOf: (key: string) => Release[]
  deploymentsOf: (key: string) => k8s.Deployment[]
  servicesOf: (key: string) => k8s.Service[]
  routesOf: (key: string) => gatewayApi.HTTPRoute[]
  jobsOf: (key: string) => k8s.Job[]
  cronJobsOf: (key: string) => k8s.CronJob[]
  autoscalersOf: (key: string) => k8s.HorizontalPodAutoscaler[]
  podsOf: (key: string) => k8s.Pod[]
  /** Which changes ask for which apps. */
  sources: Source<KubeObject>[]
}

/** What there is of one app; the objects by their names. */
export interface AppObjects {
  releases: Release[]
  deployments: ReadonlyMap<string, k8s.Deployment>
  services: ReadonlyMap<string, k8s.Service>
  routes: ReadonlyMap<string, gatewayApi.HTTPRoute>
  jobs: ReadonlyMap<string, k8s.Job>
  cronJobs: ReadonlyMap<string, k8s.CronJob>
  autoscalers: ReadonlyMap<string, k8s.HorizontalPodAutoscaler>
  /** Those that are not being deleted. */
  pods: k8s.Pod[]
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
    return informer.index(appOf)
  }
  const apps = opened.use(await openInformer(client, appResource, common))
  const claimants = apps.index(wishedHosts)
  /** Those after the same hosts as well: one of them may get a host that becomes free. */
  const concerned = (app: App) => [keyOf(app), ...wishedHosts(app).flatMap((host) => claimants(host).map(keyOf))]
  sources.push(source(apps, concerned))
  return {
    apps,
    claimants,
    releasesOf: await follow(releaseResource),
    deploymentsOf: await follow(resources.deployments),
    servicesOf: await follow(resources.services),
    routesOf: await follow(gatewayApi.httproutes),
    jobsOf: await follow(resources.jobs),
    cronJobsOf: await follow(resources.cronjobs),
    autoscalersOf: await follow(resources.horizontalpodautoscalers),
    podsOf: await follow(resources.pods),
    sources,
  }
}

export function objectsOf(caches: AppCaches, app: App): AppObjects {
  const key = keyOf(app)
  return {
    releases: caches.releasesOf(key).filter(isStaying),
    deployments: byName(caches.deploymentsOf(key)),
    services: byName(caches.servicesOf(key)),
    routes: byName(caches.routesOf(key)),
    jobs: byName(caches.jobsOf(key)),
    cronJobs: byName(caches.cronJobsOf(key)),
    autoscalers: byName(caches.autoscalersOf(key)),
    pods: caches.podsOf(key).filter(isStaying),
  }
}

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
