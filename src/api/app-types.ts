/** Naru's own kind: an App is an image with what it takes to run it under a URL. Everything else is made from it. */
import type { Condition, EnvVar, ResourceRequirements } from './generated/types.ts'
import type { KubeObject } from './object.ts'
import type { Resource } from './resource.ts'

export interface AppSpec {
  /** Image with digest, e.g. `registry.naru.localhost/default/hello@sha256:…`. */
  image: string
  /** Overrides the image's entrypoint and command. */
  command?: string[] | undefined
  args?: string[] | undefined
  /** TCP port the app listens on, also given to it as `PORT`. Default 8080. */
  port?: number | undefined
  /** Default 1. */
  replicas?: number | undefined
  env?: EnvVar[] | undefined
  resources?: ResourceRequirements | undefined
  /** Host names that lead to the app. Default: `<name>.localhost`. */
  hosts?: string[] | undefined
}

export interface AppStatus {
  observedGeneration?: number | undefined
  /** `Ready` (the current spec serves), `Progressing`, with Kubernetes' condition fields. */
  conditions?: Condition[] | undefined
  /** Where the app answers, e.g. `http://hello.localhost:8080`. */
  url?: string | undefined
  replicas?: number | undefined
  readyReplicas?: number | undefined
  /** The image that serves now; differs from `spec.image` while a deploy is under way or has failed. */
  servingImage?: string | undefined
}

export interface App extends KubeObject {
  spec: AppSpec
  status?: AppStatus | undefined
}

export const apps: Resource<App> = {
  group: 'apps.naru.dev',
  version: 'v1',
  kind: 'App',
  plural: 'apps',
  singular: 'app',
  namespaced: true,
  shortNames: [],
  categories: ['naru'],
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: [
    { name: 'status', group: 'apps.naru.dev', version: 'v1', kind: 'App', verbs: ['get', 'patch', 'update'] },
  ],
}

/** Labels and annotations that Naru puts on what it makes. */
export const APP_LABEL = 'apps.naru.dev/app'
export const DEFAULT_APP_PORT = 8080
/** The host part of images in the engine's own registry. Runtimes are told where it really listens (`hosts.toml`). */
export const REGISTRY_HOST = 'registry.naru.localhost'
