/** The `score.yaml` of a folder, with the files that it has the contents of. */
import { readFile, realpath, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { mainHosts } from '../../apps/index.ts'
import { hasErrno } from '../../lib/index.ts'
import {
  MAX_FILE_BYTES,
  readScore,
  type RenderedScore,
  renderScore,
  type Score,
  ScoreError,
  type SourceFile,
  sourcesOf,
} from '../../score/index.ts'
import { CliError } from '../errors.ts'

const SCORE_FILE = 'score.yaml'

export interface LoadedScore {
  score: Score
  sources: ReadonlyMap<string, SourceFile>
}

/** Undefined when there is none. Throws CliError `scoreInvalid`. */
export async function loadScore(folder: string): Promise<LoadedScore | undefined> {
  const text = await readText(join(folder, SCORE_FILE))
  if (text === undefined) return undefined
  const score = refusing(() => readScore(text))
  const sources = new Map<string, SourceFile>()
  for (const source of sourcesOf(score.workload)) sources.set(source, await readSource(folder, source))
  return { score, sources }
}

export interface ScoreTarget {
  name: string
  namespace: string
  /** Of the folder. */
  image: string
}

/** Throws CliError `scoreInvalid`. */
export const renderLoaded = ({ score, sources }: LoadedScore, { name, namespace, image }: ScoreTarget): RenderedScore =>
  refusing(() => {
    const [host = name] = mainHosts({ metadata: { name, namespace }, spec: { image } })
    return renderScore(score, { name, namespace, host, image, sources })
  })

function refusing<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ScoreError)) throw error
    const details = error.problems.map(({ line, column, field, message }) => {
      const what = field === '' ? 'the file' : field
      return `  ${SCORE_FILE}:${line}:${column}: ${what} ${message}`
    })
    throw CliError.of('scoreInvalid', { details: details.join('\n') }, { cause: error })
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).isFile()) return await readFile(path, 'utf8')
    throw CliError.of('scoreInvalid', { details: `  ${SCORE_FILE}: is no ordinary file` })
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

/** Only what is in the folder: a Score file of somebody else must not carry off what is beside it. */
async function readSource(folder: string, source: string): Promise<SourceFile> {
  try {
    const [root, path] = await Promise.all([realpath(folder), realpath(resolve(folder, source))])
    if (!path.startsWith(root + sep)) return 'outside'
    const facts = await stat(path)
    // A pipe would be waited for.
    if (!facts.isFile()) return 'missing'
    return facts.size > MAX_FILE_BYTES ? 'large' : await readFile(path)
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return 'missing'
    throw error
  }
}
