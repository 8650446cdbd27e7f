/** A set of Debian packages, resolved once a day, so that deploying again does not ask apt and gets the same layer. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '../../lib/index.ts'
import type { BuildContext } from '../context.ts'
import { BuildError } from '../errors.ts'
import type { StepReporter } from '../progress.ts'
import { Apt, type Closure } from './apt.ts'
import type { DebianPackage } from './apt-output.ts'

const TTL_MS = 24 * 3600_000
/** So long nobody asks again who got no answer: without a network every deploy would wait for it. */
const PAUSE_MS = 3600_000

interface Resolved {
  resolvedAt: number
  /** When there was no newer answer to be had. */
  failedAt?: number
  names: readonly string[]
  packages: DebianPackage[]
}

export interface PackageSet {
  /** Of the record on disk. */
  name: string
  packages: readonly string[]
  /** Set when the packages come with all they depend on. */
  closure?: Closure
}

/** The packages' versions. When apt fails, the last answer counts and a warning says so. */
export async function resolvePackageSet(
  context: BuildContext,
  set: PackageSet,
  reporter: StepReporter,
): Promise<DebianPackage[]> {
  const file = join(context.cacheDir, 'debian', `${set.name}.json`)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const last = text === undefined ? undefined : (JSON.parse(text) as Resolved)
  const names = [
    ...set.packages,
    ...(set.closure?.without.map((name) => `-${name}`) ?? []),
    ...(set.closure?.base.map(({ fileName }) => `+${fileName}`) ?? []),
  ]
  const known = last !== undefined && String(last.names) === String(names) ? last : undefined
  const isWithin = (ms: number, since = 0) => Math.abs(context.clock.now() - since) < ms
  if (known !== undefined && (isWithin(TTL_MS, known.resolvedAt) || isWithin(PAUSE_MS, known.failedAt)))
    return known.packages
  try {
    const packages = await new Apt(context).resolve(set.packages, reporter.output, set.closure)
    const resolved: Resolved = { resolvedAt: context.clock.now(), names, packages }
    await writeFileAtomically(file, JSON.stringify(resolved))
    return packages
  } catch (error) {
    if (known === undefined || !(error instanceof BuildError) || error.reason !== 'BasePackagesUnavailable') throw error
    reporter.warn(
      `${error.message} Using the package versions of ${new Date(known.resolvedAt).toISOString().slice(0, 10)}.`,
    )
    await writeFileAtomically(file, JSON.stringify({ ...known, failedAt: context.clock.now() } satisfies Resolved))
    return known.packages
  }
}
