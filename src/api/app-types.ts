/** Naru's own kinds. An App is an image with what it takes to run it under a URL; each state of it that was ever wished
 *  for is a Release, which does not change. Everything else is made from them. Releases and the split of traffic follow
 *  Knative Serving v1 (Revision, Route's traffic). */
import type { Condition, EnvVar, Probe, ResourceRequirements, Volume, VolumeMount } from './generated/types.ts'
import type { ResourceVariable } from './backing-types.ts'
import type { KubeObject } from './object.ts'
import type { Resource } from './resource.ts'

/** What is run, the same for all pods of a release. */
export interface AppContent {
  /** Image with digest, e.g. `registry.naru.localhost/default/hello@sha256:…`. */
  image: string
  /** For people: what is new in it, e.g. a commit's subject. */
  description?: string | undefined
  /** TCP port the process `web` listens on, also given to it as `PORT`. Default 8080. */
  port?: number | undefined
  /** What the app's Service leads to `web` by beside its port 80. */
  servicePorts?: AppServicePort[] | undefined
  /** For every process. */
  env?: EnvVar[] | undefined
  /** Name of a Secret whose every key becomes an environment variable of every process; `env` goes before it. */
  configuration?: string | undefined
  /** The names of what is in it, which goes before what Resources give under the same names. */
  configurationVariables?: string[] | undefined
  /** What of other makes its pods are given; a release is not started before these are ready. */
  bindings?: AppBinding[] | undefined
  /** Default: `web`, as the image says. */
  processes?: AppProcess[] | undefined
  /** Run once before any process of a release is started, with the release's image and environment (migrations). When it
   *  fails, the release is not started. */
  releaseStep?: AppReleaseStep | undefined
}

/** For callers within the cluster, as a port of a Service; the gateway leads to `port` of the App alone. */
export interface AppServicePort {
  name: string
  port: number
  /** Default: `port`. */
  targetPort?: number | undefined
  /** `TCP` or `UDP`. Default `TCP`. */
  protocol?: string | undefined
}

/** The pods get the variables that the Resource's status lists, and its Secret as files in `/bindings/<resource>`, as the
 *  Service Binding specification projects it. */
export interface AppBinding {
  /** Name of a Resource in the App's namespace. */
  resource: string
  /** Put before the names of its variables, e.g. `ORDERS_`. */
  prefix?: string | undefined
  /** More of what is in its Secret, under names of the app's own. */
  variables?: ResourceVariable[] | undefined
}

/** The name of the process that answers requests; others have no port. */
export const WEB_PROCESS = 'web'

export interface AppProcess {
  name: string
  /** Overrides the image's entrypoint and command. */
  command?: string[] | undefined
  args?: string[] | undefined
  env?: EnvVar[] | undefined
  /** Default 1. Not part of a release: each runs with what the App says now. */
  replicas?: number | undefined
  /** In place of `replicas`; not part of a release either. */
  autoscaling?: AppAutoscaling | undefined
  /** Runs at these times instead of all the time: five fields, as CronJobs have them. */
  schedule?: string | undefined
  /** Of `schedule`, e.g. `Asia/Seoul`. Default: the cluster's. */
  timeZone?: string | undefined
  resources?: ResourceRequirements | undefined
  /** Default for `web`: its port accepts connections. */
  readinessProbe?: Probe | undefined
  livenessProbe?: Probe | undefined
  startupProbe?: Probe | undefined
  /** What it and its sidecars mount. */
  volumes?: Volume[] | undefined
  volumeMounts?: VolumeMount[] | undefined
  /** Containers that run beside it in each of its pods; not in those of a process that runs by schedule. */
  sidecars?: AppSidecar[] | undefined
}

export type AppSidecarBefore = 'started' | 'healthy' | 'complete'

/** As a container of a pod; how far it is confined is not its own to say. */
export interface AppSidecar {
  name: string
  image: string
  /** Begins before the app, those in the order of the list; what comes after it waits until it has `started`, is `healthy`
   *  (by its readiness probe), or is `complete` (has come to its end). */
  before?: AppSidecarBefore | undefined
  command?: string[] | undefined
  args?: string[] | undefined
  /** All it gets: what the processes share is not for it. */
  env?: EnvVar[] | undefined
  resources?: ResourceRequirements | undefined
  readinessProbe?: Probe | undefined
  livenessProbe?: Probe | undefined
  volumeMounts?: VolumeMount[] | undefined
}

export interface AppAutoscaling {
  /** Default 1. */
  minReplicas?: number | undefined
  maxReplicas: number
  /** Of what the process asks for in `resources.requests.cpu`. Default 80. */
  targetCpuPercent?: number | undefined
}

export interface AppReleaseStep {
  command?: string[] | undefined
  args?: string[] | undefined
  /** Default 600. */
  timeoutSeconds?: number | undefined
}

export interface AppSpec extends AppContent {
  /** When it was wished for last, RFC 3339: deploying again what has failed is a wish to try again. */
  deployedAt?: string | undefined
  /** Host names that lead to the app. Default: `<name>.localhost`. */
  hosts?: string[] | undefined
  /** Where it answers beside, or otherwise: more hosts, and paths with rules of their own. */
  routes?: AppRoute[] | undefined
  /** How it answers by HTTPS, which it does without being asked to. */
  tls?: AppTls | undefined
  /** While it is set, all hosts of the app answer with 503 and a page that says so. */
  maintenance?: AppMaintenance | undefined
  /** Who answers. Default: the newest release once it is ready, the one before until then. */
  traffic?: AppTrafficTarget[] | undefined
}

/** Of all routes that fit a request the one with the longest path counts; of a host that only routes name, no other path
 *  is served. */
export interface AppRoute {
  /** Default: all of `hosts`. */
  host?: string | undefined
  /** The path and what is under it. Default `/`. */
  path?: string | undefined
  /** In place of an answer of the app. */
  redirect?: AppRedirect | undefined
  /** What the app sees in place of `path`. */
  rewritePrefix?: string | undefined
  /** Of the request, before the app gets it. */
  requestHeaders?: AppHeaderChanges | undefined
  /** Of the app's answer. */
  responseHeaders?: AppHeaderChanges | undefined
}

export interface AppRedirect {
  /** A URL or a path; what follows the route's path in the request is put after it, if it has a path. `//host` keeps
   *  scheme and port. */
  to: string
  /** 301 or 302. Default 302. */
  status?: number | undefined
}

export interface AppHeaderChanges {
  /** In place of what is there. */
  set?: AppHeader[] | undefined
  /** Beside what is there. */
  add?: AppHeader[] | undefined
  remove?: string[] | undefined
}

export interface AppHeader {
  name: string
  value: string
}

export interface AppTls {
  /** Who comes by HTTP is sent to HTTPS. */
  redirect?: boolean | undefined
  /** In place of those that Naru's own authority makes, which vouches for names of this machine alone. */
  certificates?: AppCertificate[] | undefined
}

/** As an Ingress has it. */
export interface AppCertificate {
  /** Hosts of the app. */
  hosts: string[]
  /** A Secret of the type kubernetes.io/tls in the App's namespace. */
  secretName: string
}

export interface AppMaintenance {
  /** For those who see the page. */
  message?: string | undefined
}

export interface AppTrafficTarget {
  /** Number of a release; left out: the newest one. */
  release?: number | undefined
  /** 0 to 100; those of all targets make 100. */
  percent: number
  /** Gives the target a URL of its own, `<tag>-<host>`. */
  tag?: string | undefined
}

export interface AppTrafficStatus {
  /** Name of a Release. */
  release: string
  number: number
  percent: number
  tag?: string | undefined
  /** Of the tag. */
  url?: string | undefined
}

export interface AppStatus {
  observedGeneration?: number | undefined
  /** `Ready` (what is wished for serves), `Progressing`, `HostsAccepted`, with Kubernetes' condition fields. */
  conditions?: Condition[] | undefined
  /** Where the app answers, e.g. `http://hello.localhost:8080`. */
  url?: string | undefined
  /** Of `web`, in the release with the most traffic. */
  replicas?: number | undefined
  readyReplicas?: number | undefined
  /** Name of the Release that the spec asks for. */
  latestRelease?: string | undefined
  /** Name of the Release with the most traffic; differs from the former while a deploy is under way or has failed. */
  servingRelease?: string | undefined
  /** Its image. */
  servingImage?: string | undefined
  /** Who answers now. */
  traffic?: AppTrafficStatus[] | undefined
}

export interface App extends KubeObject {
  spec: AppSpec
  status?: AppStatus | undefined
}

export interface ReleaseSpec extends AppContent {
  /** Name of the App. */
  app: string
  /** From 1, in the order of the releases. */
  number: number
}

export interface ReleaseStatus {
  /** `Ready` (its processes run and answer, or would if they were started), `StepSucceeded` (its release step),
   *  `Withdrawn` (it failed while another served, and was taken back: it will not be started again). */
  conditions?: Condition[] | undefined
}

/** Does not change, but for its status. */
export interface Release extends KubeObject {
  spec: ReleaseSpec
  status?: ReleaseStatus | undefined
}

const GROUP = { group: 'apps.naru.dev', version: 'v1' }
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const STATUS_VERBS = ['get', 'patch', 'update']

export const apps: Resource<App> = {
  ...GROUP,
  kind: 'App',
  plural: 'apps',
  singular: 'app',
  namespaced: true,
  shortNames: [],
  categories: ['naru'],
  verbs: VERBS,
  subresources: [{ name: 'status', ...GROUP, kind: 'App', verbs: STATUS_VERBS }],
}

export const releases: Resource<Release> = {
  ...GROUP,
  kind: 'Release',
  plural: 'releases',
  singular: 'release',
  namespaced: true,
  shortNames: [],
  categories: ['naru'],
  verbs: VERBS,
  subresources: [{ name: 'status', ...GROUP, kind: 'Release', verbs: STATUS_VERBS }],
}

/** Labels and annotations that Naru puts on what it makes. */
export const APP_LABEL = 'apps.naru.dev/app'
/** The number of the release, e.g. `12`. */
export const RELEASE_LABEL = 'apps.naru.dev/release'
export const PROCESS_LABEL = 'apps.naru.dev/process'
/** On an HTTPRoute that leads to the maintenance page: what that says. */
export const MAINTENANCE_MESSAGE = 'apps.naru.dev/maintenance-message'
export const DEFAULT_APP_PORT = 8080
/** The host part of images in the engine's own registry. Runtimes are told where it really listens (`hosts.toml`). */
export const REGISTRY_HOST = 'registry.naru.localhost'
