/** A Score file that is as the specification says. */
import type { AppSidecarBefore, JsonObject } from '../api/index.ts'
import type { Path } from './path.ts'

export interface Workload {
  metadata: JsonObject & { name: string; annotations?: Record<string, string> }
  service?: { ports?: Record<string, ScorePort> }
  containers: Record<string, ScoreContainer>
  resources?: Record<string, ScoreResource>
}

export interface ScorePort {
  port: number
  protocol?: 'TCP' | 'UDP'
  targetPort?: number
}

export interface ScoreContainer {
  image: string
  command?: string[]
  args?: string[]
  variables?: Record<string, string>
  files?: Targeted<ScoreFile>
  volumes?: Targeted<ScoreVolume>
  resources?: { limits?: ScoreAmounts; requests?: ScoreAmounts }
  /** What others wait for, by their names. */
  before?: Record<string, { ready: AppSidecarBefore }>
  livenessProbe?: ScoreProbe
  readinessProbe?: ScoreProbe
}

type Targeted<T> = (T & { target: string })[] | Record<string, T>

export interface ScoreFile {
  mode?: string
  source?: string
  content?: string
  /** Base64. */
  binaryContent?: string
  noExpand?: boolean
}

export interface ScoreVolume {
  source: string
  path?: string
  readOnly?: boolean
}

export interface ScoreAmounts {
  cpu?: string
  memory?: string
}

export interface ScoreProbe {
  httpGet?: {
    host?: string
    scheme?: 'HTTP' | 'HTTPS'
    path: string
    port: number
    httpHeaders?: { name: string; value: string }[]
  }
  exec?: { command: string[] }
}

export interface ScoreResource {
  type: string
  class?: string
  id?: string
  metadata?: JsonObject & { annotations?: Record<string, string> }
  params?: JsonObject
}

/** The image that means: the one that is made of the folder. */
export const BUILT_IMAGE = '.'

export const isBuilt = ({ containers }: Workload): boolean =>
  Object.values(containers).some(({ image }) => image === BUILT_IMAGE)

/** Files or volumes with their targets, and where each stands, however they are written. */
export function targetsOf<T>(list: Targeted<T> | undefined, path: Path): (T & { target: string; at: Path })[] {
  if (list === undefined) return []
  if (Array.isArray(list)) return list.map((item, index) => ({ ...item, at: [...path, index] }))
  return Object.entries(list).map(([target, item]) => ({ ...item, target, at: [...path, target] }))
}

/** The files of the source folder that a workload has the contents of. */
export const sourcesOf = ({ containers }: Workload): string[] => [
  ...new Set(
    Object.values(containers).flatMap(({ files }) => targetsOf(files, []).flatMap(({ source }) => source ?? [])),
  ),
]
