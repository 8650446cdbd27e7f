/** A Score file as the objects that Naru runs. Pure: what it takes of files and of the build is given. */
import {
  apiVersionOf,
  type App,
  type AppProcess,
  type AppSidecar,
  type AppSpec,
  apps,
  type BackingResource,
  dnsLabelProblems,
  type k8s,
  WEB_PROCESS,
} from '../../api/index.ts'
import type { Complaint } from '../path.ts'
import type { Score } from '../read-score.ts'
import { BUILT_IMAGE, type ScoreContainer } from '../workload.ts'
import { renderContainer } from './container.ts'
import type { RenderContext } from './context.ts'
import { checkTargets, type RenderedFiles, renderFiles, type SecretFiles, type SourceFile } from './files.ts'
import { orderContainers } from './order.ts'
import { backingOf, bindingsOf, routesOf } from './resource.ts'
import { renderService } from './service.ts'
import { renderVolumes } from './volumes.ts'

export interface RenderOptions {
  /** Of the App: the workload's, or one in its place. */
  name: string
  namespace: string
  /** Where the App answers unless a route says otherwise. */
  host: string
  /** What `.` is. */
  image: string
  /** By name: what containers have the contents of. */
  sources: ReadonlyMap<string, SourceFile>
}

export interface RenderedScore {
  app: App
  resources: BackingResource[]
  /** Undefined when there are none. */
  files: k8s.ConfigMap | undefined
  /** Those with something secret in them. */
  secretFiles: SecretFiles | undefined
}

/** The name of the process of a workload that answers no requests. */
const WORKER_PROCESS = 'worker'
/** Of the container of a pod that is the app's own. */
const OWN_CONTAINER = 'app'
const MAX_NAME = 32

/** Throws ScoreError with all that is wrong. */
export function renderScore({ workload, refuse }: Score, options: RenderOptions): RenderedScore {
  const complaints: Complaint[] = []
  const { name, namespace, host } = options
  const context: RenderContext = {
    workload,
    name,
    namespace,
    host,
    complain: (path, message) => void complaints.push({ path, message }),
  }
  if (name.length > MAX_NAME || /^\d/.test(name) || dnsLabelProblems(name).length > 0)
    context.complain(
      ['metadata', 'name'],
      `cannot name an app: these have at most ${MAX_NAME} characters and begin with a letter`,
    )
  const files = renderFiles(context, options.sources)
  const resources = backingOf(context)
  const app = renderApp(context, options.image, files)
  if (complaints.length > 0) throw refuse(complaints)
  return { app, resources, files: files.configMap, secretFiles: files.secretFiles }
}

function renderApp(context: RenderContext, builtImage: string, files: RenderedFiles): App {
  const { workload } = context
  const { volumes, mounts } = renderVolumes(context)
  const { port, servicePorts, answering } = renderService(context)
  const imageOf = ({ image }: ScoreContainer) => (image === BUILT_IMAGE ? builtImage : image)
  const { own, beside } = orderContainers(context)
  const rendered = new Map(
    Object.entries(workload.containers).map(([name, container]) => {
      checkTargets(context, name, container)
      const parts = renderContainer(context, container, {
        path: ['containers', name],
        isOwn: name === own,
        mounts: [...(files.mounts.get(name) ?? []), ...(mounts.get(name) ?? [])],
      })
      return [name, { image: imageOf(container), ...parts }]
    }),
  )
  const partsOf = (name: string) => {
    const parts = rendered.get(name)
    if (parts === undefined) throw new TypeError(`there is no container ${name}: a workload has one, and no others`)
    return parts
  }
  const sidecars = beside.map(({ name, before }): AppSidecar => ({ name, ...(before && { before }), ...partsOf(name) }))
  for (const { name } of sidecars)
    if (name === OWN_CONTAINER)
      context.complain(
        ['containers', name],
        `cannot be named ${OWN_CONTAINER}: in a pod that is the app's own container`,
      )
  const { image, ...rest } = partsOf(own)
  const allVolumes = [...files.volumes, ...volumes]
  const process: AppProcess = {
    name: port === undefined ? WORKER_PROCESS : WEB_PROCESS,
    ...rest,
    ...(allVolumes.length > 0 && { volumes: allVolumes }),
    ...(sidecars.length > 0 && { sidecars }),
  }
  const bindings = bindingsOf(context)
  const { hosts, routes } = routesOf(context, answering)
  const spec: AppSpec = {
    image,
    ...(port !== undefined && { port }),
    ...(servicePorts.length > 0 && { servicePorts }),
    ...(bindings.length > 0 && { bindings }),
    ...(hosts.length > 0 && { hosts }),
    ...(routes.length > 0 && { routes }),
    processes: [process],
  }
  const { annotations } = workload.metadata
  return {
    apiVersion: apiVersionOf(apps),
    kind: apps.kind,
    metadata: { name: context.name, namespace: context.namespace, ...(annotations && { annotations }) },
    spec,
  }
}
