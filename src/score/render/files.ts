/** The files of all containers: one ConfigMap that does not change, named for what is in it, so that an earlier release
 *  has the files it had. */
import { createHash } from 'node:crypto'
import { APP_LABEL, type k8s } from '../../api/index.ts'
import type { Path } from '../path.ts'
import { type ScoreContainer, type ScoreFile, targetsOf } from '../workload.ts'
import type { RenderContext } from './context.ts'
import { resolveNow } from './resolve.ts'

/** What the source folder has under a name: the bytes, or why there are none. */
export type SourceFile = Uint8Array | 'missing' | 'outside' | 'large'

/** On the ConfigMaps, beside the app's own label. */
export const FILES_LABEL = 'apps.naru.dev/files'

export interface RenderedFiles {
  configMap: k8s.ConfigMap
  volume: k8s.Volume
  /** By container. */
  mounts: ReadonlyMap<string, k8s.VolumeMount[]>
}

export const MAX_FILE_BYTES = 1_000_000
const NO_FILE = {
  missing: 'which the folder does not have',
  outside: 'which is not in the folder',
  large: 'which has more than 1 MB',
}
const HASH_CHARACTERS = 10
const SECRET_IN_FILE =
  'has in it what a resource gives: files are no place for secrets here. Read it from a variable, or from the files in /bindings/<resource>'

/** Undefined when no container has any. */
export function renderFiles(
  context: RenderContext,
  sources: ReadonlyMap<string, SourceFile>,
  volumeName: string,
): RenderedFiles | undefined {
  const data: Record<string, string> = {}
  const binaryData: Record<string, string> = {}
  const items: k8s.KeyToPath[] = []
  const mounts = new Map<string, k8s.VolumeMount[]>()
  let bytes = 0
  for (const [name, container] of Object.entries(context.workload.containers)) {
    const files = targetsOf<ScoreFile>(container.files, ['containers', name, 'files'])
    files.forEach((file, index) => {
      const key = `${name}.${index}`
      const content = contentOf(context, file, sources)
      if (typeof content === 'string') data[key] = content
      else binaryData[key] = content.toString('base64')
      bytes += Buffer.byteLength(content)
      const isOver = bytes > MAX_FILE_BYTES && bytes - Buffer.byteLength(content) <= MAX_FILE_BYTES
      if (isOver) context.complain(file.at, 'is one file too many: together they may have 1 MB')
      items.push({ key, path: key, ...(file.mode !== undefined && { mode: Number.parseInt(file.mode, 8) }) })
    })
    mounts.set(name, mountsOf(name, files, volumeName))
  }
  if (items.length === 0) return undefined
  const contents = {
    ...(Object.keys(data).length > 0 && { data }),
    ...(Object.keys(binaryData).length > 0 && { binaryData }),
  }
  const hash = createHash('sha256').update(JSON.stringify(contents)).digest('hex').slice(0, HASH_CHARACTERS)
  const configMap: k8s.ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `${context.name}-files-${hash}`,
      namespace: context.namespace,
      labels: { [APP_LABEL]: context.name, [FILES_LABEL]: context.name, 'app.kubernetes.io/managed-by': 'naru' },
    },
    immutable: true,
    ...contents,
  }
  return { configMap, volume: { name: volumeName, configMap: { name: configMap.metadata.name, items } }, mounts }
}

const mountsOf = (container: string, files: readonly { target: string }[], name: string): k8s.VolumeMount[] =>
  files.map(({ target }, index) => ({ name, mountPath: target, subPath: `${container}.${index}`, readOnly: true }))

function contentOf(
  context: RenderContext,
  { at: path, content, binaryContent, source, noExpand = false }: ScoreFile & { at: Path },
  sources: ReadonlyMap<string, SourceFile>,
): string | Buffer {
  if (binaryContent !== undefined) {
    const at = [...path, 'binaryContent']
    const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(binaryContent)
    if (!isBase64) context.complain(at, 'must be base64')
    return Buffer.from(binaryContent, 'base64')
  }
  const at = [...path, source === undefined ? 'content' : 'source']
  const expanded = (text: string) => (noExpand ? text : resolveNow(context, text, { path: at, why: SECRET_IN_FILE }))
  if (source === undefined) return expanded(content ?? '')
  const file = sources.get(source) ?? 'missing'
  if (typeof file === 'string') {
    context.complain(at, `names ${source}, ${NO_FILE[file]}`)
    return ''
  }
  const text = textOf(file)
  return text === undefined ? Buffer.from(file) : expanded(text)
}

/** Undefined for what is no UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** No two things in one place. */
export function checkTargets(context: RenderContext, name: string, { files, volumes }: ScoreContainer): void {
  const taken = new Set<string>()
  const at = ['containers', name]
  for (const { target, at: path } of [
    ...targetsOf(files, [...at, 'files']),
    ...targetsOf(volumes, [...at, 'volumes']),
  ]) {
    const place = target.replace(/(.)\/+$/, '$1')
    if (!target.startsWith('/') || target.includes(':') || place.split('/').includes('..'))
      context.complain(path, `has the target ${target}; it must be an absolute path without ":" and ".."`)
    if (taken.has(place)) context.complain(path, `has the target ${target}, as another file or volume has`)
    taken.add(place)
  }
}
