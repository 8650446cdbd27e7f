/** A layer of Debian packages with all they depend on, upon the base. */
import { createHash } from 'node:crypto'
import { type TarEntry, textEntry } from '../../images/index.ts'
import { type BuildContext, imageArchitecture } from '../context.ts'
import { Apt } from '../debian/apt.ts'
import type { DebianPackage } from '../debian/apt-output.ts'
import { resolvePackageSet } from '../debian/package-set.ts'
import { readControl, readDeb } from '../debian/read-deb.ts'
import { startStep, type StepReporter } from '../progress.ts'
import { formatBytes } from '../source/limits.ts'
import { type CachedLayer, findLayer, layerKey, storeLayer } from '../tools/layer-cache.ts'
import { resolveBase } from './base-layer.ts'

const RECIPE = 1

export interface PackagesLayerOptions {
  /** Names the set of packages on disk and in the step's line. */
  name: string
  packages: readonly string[]
  /** Dependencies that are done without. */
  without?: readonly string[]
  /** Paths that are left out. */
  leftOut?: RegExp
  /** What the packages' maintainer scripts would have made, and files of our own. */
  entries?: readonly TarEntry[] | EntriesOf
}

/** Entries that depend on what the packages are. */
export type EntriesOf = (packages: readonly DebianPackage[], reporter: StepReporter) => Promise<readonly TarEntry[]>

/** Maintainer scripts are not run. The same packages and entries give the same bytes. */
export async function buildPackagesLayer(context: BuildContext, options: PackagesLayerOptions): Promise<CachedLayer> {
  const reporter = startStep('runtime', context.clock, context.onProgress, options.name)
  const { without = [], leftOut } = options
  const packages = await resolvePackageSet(
    context,
    {
      name: options.name,
      packages: options.packages,
      closure: { base: await resolveBase(context, reporter), without },
    },
    reporter,
  )
  const entries =
    typeof options.entries === 'function' ? await options.entries(packages, reporter) : (options.entries ?? [])
  const key = layerKey({
    recipe: RECIPE,
    architecture: imageArchitecture(context.host),
    packages: packages.map(({ name, sha256 }) => [name, sha256]),
    leftOut: leftOut?.source,
    entries: await Promise.all(entries.map(digestEntry)),
  })
  const known = await findLayer(context, 'runtime', key)
  if (known !== undefined) {
    reporter.done(options.name, true)
    return known
  }
  const files = await new Apt(context).download(packages, reporter.output)
  const contents: TarEntry[] = []
  for (const [index, file] of files.entries()) {
    const unpacked = await readDeb(file, context.signal)
    contents.push(...(leftOut === undefined ? unpacked : unpacked.filter(({ path }) => !leftOut.test(path))))
    const name = packages[index]?.name ?? ''
    contents.push(textEntry(`var/lib/dpkg/status.d/${name}`, await readControl(file, context.signal)))
  }
  const layer = await storeLayer(context, { role: 'runtime', key, entries: [...contents, ...entries] })
  reporter.done(`${options.name}, ${packages.length} packages, ${formatBytes(layer.descriptor.size)}`)
  return layer
}

/** An entry as it counts for the layer's key. */
async function digestEntry(entry: TarEntry): Promise<unknown> {
  if (entry.type !== 'file') return entry
  const hash = createHash('sha256')
  for await (const chunk of entry.open()) hash.update(chunk as Buffer)
  return { ...entry, open: hash.digest('hex') }
}
