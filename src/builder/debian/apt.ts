/** Debian packages through the host's own apt configuration (sources, keys, proxies), with private state: nothing of the
 *  host is changed and no privilege is needed. Source: apt.conf(5), apt-get(8). */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildContext, imageArchitecture } from '../context.ts'
import { BuildError } from '../errors.ts'
import { writeAptConfig } from './apt-config.ts'
import { type DebianPackage, parseArchives, parsePolicy, parseUris } from './apt-output.ts'
import { stubStatus, versionOf } from './stub-status.ts'
import { offlineHint, SHORT_LOOKUPS } from '../tools/offline.ts'
import { type ProcessOutcome, runProcess } from '../tools/run-process.ts'

const HOST_LISTS = '/var/lib/apt/lists'
/** Older lists name packages that may have left the archive. */
const FRESH_MS = 3 * 24 * 3600_000

/** An update that lacks some lists is else a success with warnings. Source: apt.conf(5), APT::Update::Error-Mode. */
const ALL_OR_NOTHING = ['-o', 'APT::Update::Error-Mode=any']

/** Asks for the packages with all they depend on. */
export interface Closure {
  /** What is there already: neither these nor what they depend on is given. */
  base: readonly DebianPackage[]
  /** Dependencies that are done without, each with its own. */
  without: readonly string[]
}

export class Apt {
  readonly #context: BuildContext
  readonly #dir: string
  #config: string | undefined
  /** The lists that the last resolution was made from. */
  #lists: string | undefined

  constructor(context: BuildContext) {
    this.#context = context
    this.#dir = join(context.cacheDir, 'debian')
  }

  /** Versions and digests of packages, in the order of `names`, or of their whole closure, by name. Of several names
   *  joined by `|` the first that the distribution has counts. Throws BuildError BasePackagesUnavailable. */
  async resolve(
    names: readonly string[],
    onDetail: (text: string) => void,
    closure?: Closure,
  ): Promise<DebianPackage[]> {
    let failure: BuildError | undefined
    for (const attempt of await this.#attempts()) {
      try {
        const lists = await attempt(onDetail)
        if (lists === undefined) continue
        const packages = await this.#resolveWith(lists, names, closure)
        this.#lists = lists
        return packages
      } catch (error) {
        if (!(error instanceof BuildError) || error.reason !== 'BasePackagesUnavailable') throw error
        failure = error
      }
    }
    throw (
      failure ??
      new BuildError('BasePackagesUnavailable', 'There are no Debian package lists.', {
        hint: 'Run "apt-get update", then deploy again.',
      })
    )
  }

  /** Paths of the .deb files, in the order of `packages`; downloads those that are not in the cache. */
  async download(packages: readonly DebianPackage[], onDetail: (text: string) => void): Promise<string[]> {
    const archives = join(this.#dir, 'archives')
    await mkdir(archives, { recursive: true })
    const missing: DebianPackage[] = []
    for (const wanted of packages) if (!(await hasSize(join(archives, wanted.sha256)))) missing.push(wanted)
    if (missing.length > 0) {
      onDetail(`downloading ${missing.length} Debian packages`)
      await this.#fetch(missing, archives)
    }
    return packages.map(({ sha256 }) => join(archives, sha256))
  }

  /** Ways to have package lists, best first: the host's when fresh, our own updated now, the host's however old. */
  async #attempts(): Promise<((onDetail: (text: string) => void) => Promise<string | undefined>)[]> {
    const age = await newestAgeMs(HOST_LISTS, this.#context.clock.now())
    const own = join(this.#dir, 'lists')
    const update = async (onDetail: (text: string) => void) => {
      const ownAge = await newestAgeMs(own, this.#context.clock.now())
      if (ownAge !== undefined && ownAge < FRESH_MS) return own
      onDetail('updating the package lists')
      await mkdir(join(own, 'partial'), { recursive: true })
      await this.#run(own, 'apt-get', ['update', '-qq', ...ALL_OR_NOTHING], 'updating the Debian package lists')
      return own
    }
    const useHost = async () => (age === undefined ? undefined : HOST_LISTS)
    return age !== undefined && age < FRESH_MS ? [useHost, update] : [update, useHost]
  }

  async #resolveWith(lists: string, names: readonly string[], closure: Closure | undefined): Promise<DebianPackage[]> {
    const alternatives = names.map((name) => name.split('|'))
    const policy = await this.#run(
      lists,
      'apt-cache',
      ['policy', ...alternatives.flat()],
      'looking for Debian packages',
    )
    const available = parsePolicy(policy.stdout)
    const chosen = alternatives.map((group) => {
      const name = group.find((candidate) => available.has(candidate))
      if (name === undefined)
        throw new BuildError(
          'BasePackagesUnavailable',
          `The configured package sources have no package ${group.join(' or ')}.`,
          {
            hint: 'Look into /etc/apt/sources.list.d: the main archive of Debian 12 or newer (or a distribution derived from it) is needed.',
          },
        )
      return name
    })
    const wanted = closure === undefined ? chosen : await this.#closureOf(lists, chosen, closure)
    const uris = await this.#run(
      lists,
      'apt-get',
      ['download', '--print-uris', '-qq', ...wanted],
      'looking for Debian packages',
    )
    const packages = parseUris(uris.stdout)
    return wanted.map((asked) => {
      const found = packages.find(({ name }) => name === asked)
      if (found === undefined)
        throw new BuildError('BasePackagesUnavailable', `apt gave no SHA-256 digest for the package ${asked}.`)
      return found
    })
  }

  /** Names of the packages with all they depend on, sorted. */
  async #closureOf(lists: string, names: readonly string[], closure: Closure): Promise<string[]> {
    const status = join(this.#dir, `status-${randomUUID()}`)
    await mkdir(this.#dir, { recursive: true })
    await writeFile(status, stubStatus(closure.base, closure.without, imageArchitecture(this.#context.host)))
    try {
      const options = ['-y', '-qq', '--no-install-recommends', '-o', `Dir::State::status=${status}`]
      const answer = await this.#run(
        lists,
        'apt-get',
        ['install', '--print-uris', ...options, ...names],
        'resolving dependencies of Debian packages',
      )
      const found = parseArchives(answer.stdout)
      const missing = names.find((name) => !found.includes(name))
      if (missing !== undefined)
        throw new BuildError('BasePackagesUnavailable', `apt did not say what the package ${missing} depends on.`)
      return found.sort()
    } finally {
      await rm(status, { force: true })
    }
  }

  async #fetch(missing: readonly DebianPackage[], archives: string): Promise<void> {
    // A folder of its own: layers are made side by side and may need the same package.
    const folder = join(this.#dir, `download-${randomUUID()}`)
    await mkdir(folder, { recursive: true })
    const own = join(this.#dir, 'lists')
    const lists = this.#lists ?? ((await newestAgeMs(own, 0)) === undefined ? HOST_LISTS : own)
    const versions = missing.map(({ fileName, name }) => `${name}=${versionOf(fileName)}`)
    try {
      await this.#run(lists, 'apt-get', ['download', '-qq', ...versions], 'downloading Debian packages', folder)
      for (const { fileName, sha256, name } of missing) {
        const path = join(folder, fileName)
        if ((await sha256Of(path)) !== sha256)
          throw new BuildError(
            'BasePackagesUnavailable',
            `The downloaded package ${name} does not have the digest that the package list says.`,
            { hint: 'Deploy again; if it stays so, a proxy changes downloads.' },
          )
        await rename(path, join(archives, sha256))
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async #run(
    lists: string,
    file: string,
    args: readonly string[],
    doing: string,
    cwd = this.#dir,
  ): Promise<ProcessOutcome> {
    this.#config ??= await writeAptConfig(this.#context, this.#dir)
    const outcome = await runProcess({
      file,
      args: ['-o', `Dir::State::lists=${lists}`, ...args],
      cwd,
      env: { ...SHORT_LOOKUPS, ...this.#context.env, LC_ALL: 'C', APT_CONFIG: this.#config },
      signal: this.#context.signal,
      timeoutMs: 5 * 60_000,
      stdoutLimitBytes: 4 * 2 ** 20,
    }).catch((error: unknown) => {
      if (error instanceof BuildError && error.reason === 'ToolMissing')
        throw new BuildError(
          'BasePackagesUnavailable',
          `Images are assembled from Debian packages, and this machine has no ${file}.`,
          {
            hint: 'Deploy from a Debian or Ubuntu machine.',
            cause: error,
          },
        )
      throw error
    })
    if (outcome.exitCode === 0) return outcome
    throw new BuildError(
      'BasePackagesUnavailable',
      `${doing.replace(/^./, (letter) => letter.toUpperCase())} failed.`,
      {
        hint: offlineHint(outcome.lines) ?? 'Look whether "apt-get update" works on this machine, then deploy again.',
        command: `${file} ${args.slice(0, 2).join(' ')}`,
        exitCode: outcome.exitCode,
        output: outcome.lines.slice(-10),
      },
    )
  }
}

async function newestAgeMs(dir: string, now: number): Promise<number | undefined> {
  const names = (await readdir(dir).catch(() => [])).filter((name) =>
    /_(InRelease|Release|Packages)(\.\w+)?$/.test(name),
  )
  if (!names.some((name) => name.includes('_Packages'))) return undefined
  const times = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).mtimeMs))
  return now - Math.max(...times)
}

async function hasSize(path: string): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size > 0,
    () => false,
  )
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
