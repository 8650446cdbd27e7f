/** The files of configMap, secret, downwardAPI and projected volumes. Source: Kubernetes v1.34, pkg/volume. */
import type { k8s } from '../../api/index.ts'
import { KubeletError } from '../errors.ts'
import type { ConfigSource } from '../pod/env.ts'
import { type NodeFacts, podField, resourceField } from '../pod/fields.ts'
import type { ProjectedFile } from './atomic-writer.ts'

export interface ProjectionContext {
  pod: k8s.Pod
  config: ConfigSource
  node: NodeFacts
  podIPs: readonly string[]
  /** A token for the pod's service account. */
  token(request: { audience?: string | undefined; expirationSeconds?: number | undefined }): Promise<string>
}

type Files = Map<string, ProjectedFile>

const DEFAULT_MODE = 0o644
const failed = (message: string) => new KubeletError('FailedMount', message)

/** Rejects what would leave the volume's directory, or is a name of the writer's own. */
function checked(path: string): string {
  const parts = path.split('/')
  if (path === '' || path.startsWith('/') || path.startsWith('..') || parts.includes('..'))
    throw failed(`invalid path in a volume: ${JSON.stringify(path)}`)
  return path
}

interface KeySource {
  items?: k8s.KeyToPath[] | undefined
  optional?: boolean | undefined
}

function fromKeys(
  { what, ofKey }: { what: string; ofKey: string },
  data: ReadonlyMap<string, Uint8Array> | undefined,
  source: KeySource,
  defaultMode: number,
): Files {
  if (data === undefined) {
    if (source.optional) return new Map()
    throw failed(`${what} not found`)
  }
  if (source.items === undefined)
    return new Map([...data].map(([key, value]) => [checked(key), { data: value, mode: defaultMode }]))
  const files: Files = new Map()
  for (const { key, path, mode = defaultMode } of source.items) {
    const value = data.get(key)
    if (value !== undefined) files.set(checked(path), { data: value, mode })
    else if (!source.optional) throw failed(`${ofKey}: ${key}`)
  }
  return files
}

const utf8 = (text: string) => Buffer.from(text)
const bytes = (base64: string) => Buffer.from(base64, 'base64')
const mapped = (table: Record<string, string> = {}, decode: (value: string) => Uint8Array = utf8) =>
  Object.entries(table).map(([key, value]): [string, Uint8Array] => [key, decode(value)])

async function configMapFiles(
  context: ProjectionContext,
  name: string,
  source: KeySource,
  mode: number,
): Promise<Files> {
  const object = await context.config.configMap(name)
  const data = object && new Map([...mapped(object.data), ...mapped(object.binaryData, bytes)])
  const words = { what: `configmap "${name}"`, ofKey: 'configmap references non-existent config key' }
  return fromKeys(words, data, source, mode)
}

async function secretFiles(context: ProjectionContext, name: string, source: KeySource, mode: number): Promise<Files> {
  const object = await context.config.secret(name)
  const data = object && new Map(mapped(object.data, bytes))
  const words = { what: `secret "${name}"`, ofKey: 'references non-existent secret key' }
  return fromKeys(words, data, source, mode)
}

function downwardFiles(context: ProjectionContext, items: k8s.DownwardAPIVolumeFile[] = [], mode: number): Files {
  const { pod, node } = context
  const files: Files = new Map()
  for (const item of items) {
    let value: string | undefined
    if (item.fieldRef) value = podField(pod, item.fieldRef.fieldPath, node, context.podIPs)
    else if (item.resourceFieldRef) {
      const { containerName } = item.resourceFieldRef
      const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(
        ({ name }) => name === containerName,
      )
      if (container === undefined) throw failed(`container ${containerName} not found`)
      value = resourceField(container, item.resourceFieldRef, node)
    }
    if (value === undefined) throw failed(`unsupported fieldPath: ${item.fieldRef?.fieldPath}`)
    files.set(checked(item.path), { data: utf8(value), mode: item.mode ?? mode })
  }
  return files
}

async function projectedFiles(context: ProjectionContext, source: k8s.VolumeProjection, mode: number): Promise<Files> {
  if (source.configMap) return configMapFiles(context, source.configMap.name ?? '', source.configMap, mode)
  if (source.secret) return secretFiles(context, source.secret.name ?? '', source.secret, mode)
  if (source.downwardAPI) return downwardFiles(context, source.downwardAPI.items, mode)
  if (source.serviceAccountToken) {
    const { path, audience, expirationSeconds } = source.serviceAccountToken
    const data = utf8(await context.token({ audience, expirationSeconds }))
    return new Map([[checked(path), { data, ...tokenAccess(context.pod.spec, mode) }]])
  }
  throw failed(`projected source ${Object.keys(source).join(', ')} is not supported`)
}

/** A token is for the pod's user or group alone, where there is one. */
function tokenAccess(spec: k8s.PodSpec, mode: number): Pick<ProjectedFile, 'mode' | 'uid'> {
  const uid = commonUser(spec)
  if (uid !== undefined) return { mode: 0o600, uid }
  return { mode: spec.securityContext?.fsGroup === undefined ? mode : 0o600 }
}

/** The user of all containers, when they agree. Source: Kubernetes v1.34, pkg/volume/util (FsUserFrom). */
function commonUser({ containers, initContainers = [], securityContext }: k8s.PodSpec): number | undefined {
  const users = [...containers, ...initContainers].map(
    (container) => container.securityContext?.runAsUser ?? securityContext?.runAsUser,
  )
  return users.every((user) => user === users[0]) ? users[0] : undefined
}

/** Undefined for a volume that is not made of files. Throws KubeletError `FailedMount`. */
export async function volumeFiles(context: ProjectionContext, volume: k8s.Volume): Promise<Files | undefined> {
  if (volume.configMap) {
    const { name = '', defaultMode = DEFAULT_MODE } = volume.configMap
    return configMapFiles(context, name, volume.configMap, defaultMode)
  }
  if (volume.secret) {
    const { secretName = '', defaultMode = DEFAULT_MODE } = volume.secret
    return secretFiles(context, secretName, volume.secret, defaultMode)
  }
  if (volume.downwardAPI)
    return downwardFiles(context, volume.downwardAPI.items, volume.downwardAPI.defaultMode ?? DEFAULT_MODE)
  if (volume.projected) {
    const files: Files = new Map()
    for (const source of volume.projected.sources ?? [])
      for (const [path, file] of await projectedFiles(context, source, volume.projected.defaultMode ?? DEFAULT_MODE))
        files.set(path, file)
    return files
  }
  return undefined
}
