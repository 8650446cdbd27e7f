/** The files of all containers: one ConfigMap, and for those that have in them what Resources give, one Secret, which is
 *  filled in when that is known. Both are named for what is in them, so that an earlier release has the files it had. */
import { createHash } from 'node:crypto'
import { APP_LABEL, type k8s } from '../../api/index.ts'
import type { Path } from '../path.ts'
import { type ScoreContainer, type ScoreFile, targetsOf } from '../workload.ts'
import type { RenderContext } from './context.ts'
import { type Resolved, resolveText } from './resolve.ts'

/** What the source folder has under a name: the bytes, or why there are none. */
export type SourceFile = Uint8Array | 'missing' | 'outside' | 'large'

/** On the ConfigMaps and Secrets, beside the app's own label. */
export const FILES_LABEL = 'apps.naru.dev/files'

/** A text between what keys of Secrets hold. */
export type FilePart = { text: string } | { secret: string; key: string }

/** The Secret without its data, and what that is, by key. */
export interface SecretFiles {
  secret: k8s.Secret
  files: Readonly<Record<string, readonly FilePart[]>>
}

export interface RenderedFiles {
  configMap: k8s.ConfigMap | undefined
  secretFiles: SecretFiles | undefined
  volumes: k8s.Volume[]
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
const CONFIGURATION_IN_FILE =
  'has in it what naru env sets, which may change without a deploy. Read it from a variable of the container'
const VOLUME = { plain: 'files', secret: 'secret-files' } as const

interface File {
  key: string
  target: string
  mode: number | undefined
  /** Bytes, a text, or one that is not known yet. */
  content: Buffer | string | FilePart[]
}

export function renderFiles(context: RenderContext, sources: ReadonlyMap<string, SourceFile>): RenderedFiles {
  const mounts = new Map<string, k8s.VolumeMount[]>()
  const all: File[] = []
  let bytes = 0
  for (const [name, container] of Object.entries(context.workload.containers)) {
    const files = targetsOf<ScoreFile>(container.files, ['containers', name, 'files']).map((file, index): File => {
      const content = contentOf(context, file, sources)
      const before = bytes
      bytes += sizeOf(content)
      if (bytes > MAX_FILE_BYTES && before <= MAX_FILE_BYTES)
        context.complain(file.at, 'is one file too many: together they may have 1 MB')
      const mode = file.mode === undefined ? undefined : Number.parseInt(file.mode, 8)
      return { key: `${name}.${index}`, target: file.target, mode, content: withoutParts(content) }
    })
    all.push(...files)
    const mountOf = ({ key, target, content }: File): k8s.VolumeMount => ({
      name: Array.isArray(content) ? VOLUME.secret : VOLUME.plain,
      mountPath: target,
      subPath: key,
      readOnly: true,
    })
    mounts.set(name, files.map(mountOf))
  }
  const known = all.filter(isKnown)
  const configMap = known.length === 0 ? undefined : configMapOf(context, known)
  const unknown = all.filter((file) => !isKnown(file))
  const secretFiles = unknown.length === 0 ? undefined : secretOf(context, unknown)
  return {
    configMap,
    secretFiles,
    volumes: [
      ...(configMap
        ? [{ name: VOLUME.plain, configMap: { name: configMap.metadata.name, items: itemsOf(known) } }]
        : []),
      ...(secretFiles
        ? [{ name: VOLUME.secret, secret: { secretName: secretFiles.secret.metadata.name, items: itemsOf(unknown) } }]
        : []),
    ],
    mounts,
  }
}

type KnownFile = File & { content: Buffer | string }

const isKnown = (file: File): file is KnownFile => !Array.isArray(file.content)

const itemsOf = (files: readonly File[]): k8s.KeyToPath[] =>
  files.map(({ key, mode }) => ({ key, path: key, ...(mode !== undefined && { mode }) }))

const sizeOf = (content: File['content']): number =>
  Array.isArray(content)
    ? content.reduce((sum, part) => sum + ('text' in part ? Buffer.byteLength(part.text) : 0), 0)
    : Buffer.byteLength(content)

/** What is known now is a text. */
function withoutParts(content: File['content']): File['content'] {
  if (!Array.isArray(content)) return content
  const texts = content.flatMap((part) => ('text' in part ? [part.text] : []))
  return texts.length === content.length ? texts.join('') : content
}

function metadataOf(context: RenderContext, content: unknown, kind: string): k8s.ObjectMeta & { name: string } {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, HASH_CHARACTERS)
  return {
    name: `${context.name}-${kind}-${hash}`,
    namespace: context.namespace,
    labels: { [APP_LABEL]: context.name, [FILES_LABEL]: context.name, 'app.kubernetes.io/managed-by': 'naru' },
  }
}

function configMapOf(context: RenderContext, files: readonly KnownFile[]): k8s.ConfigMap {
  const data: Record<string, string> = {}
  const binaryData: Record<string, string> = {}
  for (const { key, content } of files)
    if (typeof content === 'string') data[key] = content
    else binaryData[key] = content.toString('base64')
  const contents = {
    ...(Object.keys(data).length > 0 && { data }),
    ...(Object.keys(binaryData).length > 0 && { binaryData }),
  }
  const metadata = metadataOf(context, contents, 'files')
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, immutable: true, ...contents }
}

/** Its name tells nothing of what is secret in it. */
function secretOf(context: RenderContext, files: readonly File[]): SecretFiles {
  const contents = Object.fromEntries(files.map(({ key, content }) => [key, content as FilePart[]]))
  const metadata = metadataOf(context, contents, 'secret-files')
  return { secret: { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque' }, files: contents }
}

function contentOf(
  context: RenderContext,
  { at: path, content, binaryContent, source, noExpand = false }: ScoreFile & { at: Path },
  sources: ReadonlyMap<string, SourceFile>,
): File['content'] {
  if (binaryContent !== undefined) {
    const at = [...path, 'binaryContent']
    const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(binaryContent)
    if (!isBase64) context.complain(at, 'must be base64')
    return Buffer.from(binaryContent, 'base64')
  }
  const at = [...path, source === undefined ? 'content' : 'source']
  const expanded = (text: string) => (noExpand ? text : partsOf(context, text, at))
  if (source === undefined) return expanded(content ?? '')
  const file = sources.get(source) ?? 'missing'
  if (typeof file === 'string') {
    context.complain(at, `names ${source}, ${NO_FILE[file]}`)
    return ''
  }
  const text = textOf(file)
  return text === undefined ? Buffer.from(file) : expanded(text)
}

function partsOf(context: RenderContext, text: string, at: Path): FilePart[] {
  const parts = resolveText(context, text, at)
  if (parts.some((part) => 'variable' in part)) context.complain(at, CONFIGURATION_IN_FILE)
  return parts.filter((part): part is Exclude<Resolved, { variable: string }> => !('variable' in part))
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
