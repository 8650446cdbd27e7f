/** What apps need beside themselves: a database, a cache, a broker, a volume. A Resource asks for one, a Provisioner says
 *  how such a one is made, and an app's binding gives it to its pods. The binding is a "provisioned service" of the
 *  Service Binding specification for Kubernetes 1.0 (servicebinding.io). */
import type { Condition } from './generated/types.ts'
import type { KubeObject } from './object.ts'
import type { Resource } from './resource.ts'

export interface BackingResourceSpec {
  /** What it is: `postgres`, `redis`; with `class` it names a Provisioner. Does not change. */
  type: string
  /** Which kind of it. Default `default`. Does not change. */
  class?: string | undefined
  /** What the Provisioner asks; left out: its defaults. */
  params?: Record<string, unknown> | undefined
  /** In place of the Provisioner's image. */
  image?: string | undefined
}

export interface ResourceVariable {
  /** Of the environment variable. */
  name: string
  /** In the binding's Secret. */
  key: string
}

export interface ResourceVolume {
  /** A PersistentVolumeClaim. */
  claimName: string
  /** Where apps find it. */
  mountPath: string
}

export interface BackingResourceStatus {
  observedGeneration?: number | undefined
  /** `Ready`: it can be used, as the spec says it. */
  conditions?: Condition[] | undefined
  /** A Secret, with the keys that the Service Binding specification names: `type`, `provider`, `host`, … */
  binding?: { name: string } | undefined
  /** What bound apps get as environment variables. */
  environment?: ResourceVariable[] | undefined
  /** What bound apps get mounted. */
  volume?: ResourceVolume | undefined
}

/** The kind `Resource`; in code that name is the API's word for what it serves. */
export interface BackingResource extends KubeObject {
  spec: BackingResourceSpec
  status?: BackingResourceStatus | undefined
}

export interface ProvisionerParam {
  /** A value is of the default's type. Without one, the Resource has to say it, unless it is `optional`. */
  default?: unknown
  /** A field that is only this parameter's placeholder is left out when nobody says it. */
  optional?: boolean | undefined
  /** Part of what a first start makes: another value later is refused. Only where something is secret. */
  fixed?: boolean | undefined
  description?: string | undefined
}

/** A server that the builder has a recipe of, or Debian packages and what is run of them. */
export interface ProvisionerServer {
  /** Of the image, and of the recipe. */
  name: string
  packages?: string[] | undefined
  command?: string[] | undefined
}

/** What a server is spoken to with: commands of its container, whose environment says what they need. Placeholders they
 *  have none, so that a `${` is the shell's. */
export interface ProvisionerCommands {
  /** Where they run in a pod of their own, as backups do: environment variables, and the binding's keys they have. */
  environment?: Record<string, string> | undefined
  /** Which container of its pods; default the first. */
  container?: string | undefined
  /** Speaks to it, with a terminal or without; what the user adds comes behind. */
  shell?: string[] | undefined
  dump?: ProvisionerDump | undefined
  /** Why there is no dump, for those who ask for one. */
  noDump?: string | undefined
}

/** Everything that a server keeps, as one stream of bytes. */
export interface ProvisionerDump {
  /** What names of files with it end in: `sql`. */
  extension: string
  /** Writes it to stdout, as of one moment. */
  write: string[]
  /** Reads one from stdin, to its end; fails unless it is whole. */
  check: string[]
  /** Reads one from stdin and puts it in the place of all that is there; when it fails, nothing has changed. Where that
   *  cannot be, exit code 3 says so, and stderr what there is now. */
  restore: string[]
}

/** Texts may have placeholders: `${name}`, `${namespace}`, `${image}`, `${binding}` (the Secret's name), `${params.x}`;
 *  `${outputs.x}` and, in outputs and Secrets alone, `${secret.x}`: 32 characters made once. `$${` is a `${`. */
export interface ProvisionerSpec {
  type: string
  /** Default `default`. */
  class?: string | undefined
  description?: string | undefined
  /** Whose program makes such Resources, like `example.com/queues`: it watches them and writes their status, and all that
   *  is said here of how one is made is left out. */
  controller?: string | undefined
  /** What `${image}` is unless the Resource says otherwise. */
  image?: string | undefined
  /** What the command line builds an image of where there is none. */
  server?: ProvisionerServer | undefined
  params?: Record<string, ProvisionerParam> | undefined
  /** Keys of the binding's Secret and their values. */
  outputs?: Record<string, string> | undefined
  /** In place of `outputs`: the name of a Secret that is there already. */
  secret?: string | undefined
  /** Environment variables, and the keys of the Secret that they have; those that it lacks are left out. */
  environment?: Record<string, string> | undefined
  volume?: ResourceVolume | undefined
  commands?: ProvisionerCommands | undefined
  /** Objects as people write them, of the kinds in PROVISIONED_KINDS. */
  manifests?: Record<string, unknown>[] | undefined
}

export interface Provisioner extends KubeObject {
  spec: ProvisionerSpec
}

const GROUP = { group: 'apps.naru.dev', version: 'v1' }
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

export const backingResources: Resource<BackingResource> = {
  ...GROUP,
  kind: 'Resource',
  plural: 'resources',
  singular: 'resource',
  namespaced: true,
  shortNames: [],
  categories: ['naru'],
  verbs: VERBS,
  subresources: [{ name: 'status', ...GROUP, kind: 'Resource', verbs: ['get', 'patch', 'update'] }],
}

export const provisioners: Resource<Provisioner> = {
  ...GROUP,
  kind: 'Provisioner',
  plural: 'provisioners',
  singular: 'provisioner',
  namespaced: false,
  shortNames: [],
  categories: [],
  verbs: VERBS,
  subresources: [],
}

/** What a Provisioner may make, as `apiVersion/kind`: what the rights of the component suffice for. */
export const PROVISIONED_KINDS: readonly string[] = [
  'v1/ConfigMap',
  'v1/PersistentVolumeClaim',
  'v1/Secret',
  'v1/Service',
  'apps/v1/Deployment',
  'apps/v1/StatefulSet',
  'networking.k8s.io/v1/NetworkPolicy',
]

/** On what is made for a Resource: its name. */
export const RESOURCE_LABEL = 'apps.naru.dev/resource'
/** On what makes backups of a Resource: its name. Such pods are none of its servers. */
export const BACKUP_LABEL = 'apps.naru.dev/backup-of'
export const DEFAULT_CLASS = 'default'
