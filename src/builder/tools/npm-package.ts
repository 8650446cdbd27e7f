/** Packages of the npm registry, through the user's own npm and its configuration: versions and contents, cached. */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { maxSatisfying } from 'semver'
import { writeFileAtomically } from '../../lib/index.ts'
import { type BuildContext, pathExists } from '../context.ts'
import { BuildError } from '../errors.ts'
import { extractTar } from './extract-tar.ts'
import { offlineHint, SHORT_LOOKUPS } from './offline.ts'
import { runProcess } from './run-process.ts'

/** How long a list of versions is believed without asking again. */
const VERSIONS_TTL_MS = 24 * 3600_000

/** So long nobody asks again who got no answer: without a network every deploy would wait for it. */
const PAUSE_MS = 3600_000
/** npm's own patience is for downloads: up to five minutes, thrice, with a minute between. */
const HASTE = ['--fetch-timeout=10000', '--fetch-retries=1', '--fetch-retry-mintimeout=1000']

interface VersionList {
  fetchedAt: number
  /** When there was no newer answer to be had. */
  failedAt?: number
  versions: string[]
}

/** The newest version that satisfies `range`, or undefined. An old answer is better than none: without the network the
 *  last list counts. Throws BuildError DownloadFailed, ToolMissing. */
export async function resolveVersion(context: BuildContext, name: string, range: string): Promise<string | undefined> {
  return maxSatisfying(await listVersions(context, name), range) ?? undefined
}

async function listVersions(context: BuildContext, name: string): Promise<string[]> {
  const file = join(context.cacheDir, 'packages', `${fileName(name)}.versions.json`)
  const known = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as VersionList,
    () => undefined,
  )
  const isWithin = (ms: number, since = 0) => Math.abs(context.clock.now() - since) < ms
  if (known !== undefined && (isWithin(VERSIONS_TTL_MS, known.fetchedAt) || isWithin(PAUSE_MS, known.failedAt)))
    return known.versions
  try {
    const answer: unknown = JSON.parse(
      await npm(context, ['view', name, 'versions', '--json', ...HASTE], `asking for the versions of ${name}`),
    )
    const versions = (Array.isArray(answer) ? answer : [answer]).filter(
      (version): version is string => typeof version === 'string',
    )
    await writeFileAtomically(file, JSON.stringify({ fetchedAt: context.clock.now(), versions } satisfies VersionList))
    return versions
  } catch (error) {
    if (known === undefined || (error instanceof BuildError && error.reason === 'Cancelled')) throw error
    await writeFileAtomically(file, JSON.stringify({ ...known, failedAt: context.clock.now() } satisfies VersionList))
    return known.versions
  }
}

/** The folder with the contents of `name@version`, downloaded when it is not in the cache. npm checks its integrity.
 *  Throws BuildError DownloadFailed, ToolMissing. */
export async function fetchPackage(context: BuildContext, name: string, version: string): Promise<string> {
  const target = join(context.cacheDir, 'packages', `${fileName(name)}-${version}`)
  if (await pathExists(target)) return target
  const work = join(context.cacheDir, 'work', randomUUID())
  await mkdir(work, { recursive: true })
  try {
    const doing = `downloading ${name}@${version}`
    const answer = JSON.parse(
      await npm(
        context,
        ['pack', `${name}@${version}`, '--json', '--ignore-scripts', '--pack-destination', work],
        doing,
      ),
    ) as { filename?: string }[]
    const archive = answer[0]?.filename
    if (archive === undefined)
      throw new BuildError('DownloadFailed', `npm did not say what it downloaded for ${name}@${version}.`)
    const extracted = join(work, 'package')
    await extractTar(createReadStream(join(work, archive)).pipe(createGunzip()), {
      target: extracted,
      stripComponents: 1,
    })
    await rename(extracted, target).catch(async (error: unknown) => {
      // Another build may have put it there in the meantime.
      if (!(await pathExists(target))) throw error
    })
    return target
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function npm(context: BuildContext, args: readonly string[], doing: string): Promise<string> {
  await mkdir(context.cacheDir, { recursive: true })
  // In the cache folder, so that no .npmrc of the app counts.
  const outcome = await runProcess({
    file: 'npm',
    args: [...args, '--loglevel=error'],
    cwd: context.cacheDir,
    env: { ...SHORT_LOOKUPS, ...context.env, npm_config_update_notifier: 'false' },
    signal: context.signal,
    timeoutMs: 5 * 60_000,
    stdoutLimitBytes: 8 * 2 ** 20,
  })
  if (outcome.exitCode === 0) return outcome.stdout
  throw new BuildError(
    'DownloadFailed',
    `${doing} failed.`.replace(/^./, (letter) => letter.toUpperCase()),
    {
      hint:
        offlineHint(outcome.lines) ??
        'Look whether the network and the npm registry can be reached ("npm ping"), then deploy again.',
      command: `npm ${args.slice(0, 2).join(' ')}`,
      exitCode: outcome.exitCode,
      output: outcome.lines.slice(-10),
    },
  )
}

function fileName(name: string): string {
  return name.replace('/', '+')
}
