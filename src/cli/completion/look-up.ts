/** The names of what there is, for a shell to complete. */
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import {
  type App,
  apps,
  backingResources,
  type KubeObject,
  provisioners,
  type Resource,
  resources,
  WEB_PROCESS,
} from '../../api/index.ts'
import type { Paths } from '../../lib/index.ts'
import { readProvisioners } from '../../resources/index.ts'
import { listReleases } from '../app/releases.ts'
import { getApp } from '../cluster/apps.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import { readConfiguration, variablesOf } from '../configuration/configuration.ts'
import { templateNames } from '../init/templates.ts'
import type { Subject } from './subjects.ts'

/** A name, and what tells it from others. */
export interface Found {
  value: string
  description?: string | undefined
}

/** What is known without a cluster; undefined of all else. */
export async function lookUpHere(
  subject: Subject,
  { kubeconfig }: Pick<Paths, 'kubeconfig'>,
): Promise<Found[] | undefined> {
  switch (subject) {
    case 'contexts': {
      const { contexts = [] } = parse(await readFile(kubeconfig, 'utf8')) as { contexts?: { name: string }[] }
      return contexts.map(({ name }) => ({ value: name }))
    }
    case 'templates':
      return (await templateNames()).map((value) => ({ value }))
    case 'timeZones':
      return Intl.supportedValuesOf('timeZone').map((value) => ({ value }))
    case 'types':
      return (await readProvisioners()).map(({ spec }) => ({ value: spec.type }))
    default:
      return undefined
  }
}

export interface Asked {
  /** The app that the line is about. */
  app: () => Promise<string>
  signal: AbortSignal
}

/** Throws what the cluster says, and CliError `appUnknown`. */
export async function lookUpInCluster(
  subject: Subject,
  cluster: Pick<Cluster, 'client' | 'namespace'>,
  asked: Asked,
): Promise<Found[]> {
  const { client, namespace } = cluster
  const { signal } = asked
  const inNamespace = async <T extends KubeObject>(resource: Resource<T>) =>
    (await client.list(resource, { namespace, signal })).items
  switch (subject) {
    case 'apps':
      return (await inNamespace(apps)).map(({ metadata, status }) => found(metadata.name, status?.url))
    case 'namespaces':
      return (await client.list(resources.namespaces, { signal })).items.map(({ metadata }) => found(metadata.name))
    case 'pods':
      return (await inNamespace(resources.pods)).map(({ metadata, status }) => found(metadata.name, status?.phase))
    case 'resources':
      return (await inNamespace(backingResources)).map(({ metadata, spec }) => found(metadata.name, spec.type))
    case 'types':
      return (await client.list(provisioners, { signal })).items.map(({ spec }) => found(spec.type))
    default:
      return lookUpOfApp(subject, cluster, asked)
  }
}

async function lookUpOfApp(
  subject: Subject,
  cluster: Pick<Cluster, 'client' | 'namespace'>,
  { app: nameOf, signal }: Asked,
): Promise<Found[]> {
  const name = await nameOf()
  const app = await getApp(cluster, name, signal)
  const releases = async () =>
    (await listReleases(cluster, app, signal)).map(({ spec }) => found(`v${spec.number}`, spec.description))
  switch (subject) {
    case 'processes':
      return processesOf(app)
    case 'sizes':
      return processesOf(app).map(({ value }) => found(`${value}=`))
    case 'scheduled':
      return (app.spec.processes ?? []).flatMap((process) =>
        process.schedule === undefined ? [] : [found(process.name, process.schedule)],
      )
    case 'releases':
      return releases()
    case 'weights':
      return (await releases()).map(({ value, description }) => found(`${value}=`, description))
    case 'routes':
      return (app.spec.routes ?? []).map(({ host = '', path = '' }) => found(`${host}${path}`))
    case 'variables':
      return Object.keys(variablesOf(await readConfiguration(cluster, { name, app, signal }))).map((each) =>
        found(each),
      )
    default:
      return []
  }
}

const found = (value: string, description?: string): Found => ({ value, description })

/** Those that run all the time. */
const processesOf = ({ spec: { processes = [{ name: WEB_PROCESS }] } }: App): Found[] =>
  processes.filter(({ schedule }) => schedule === undefined).map(({ name }) => found(name))
