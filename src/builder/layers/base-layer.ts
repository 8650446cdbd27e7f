/** The base layer: a small Debian userland, assembled from packages without running them. */
import { type TarEntry, textEntry } from '../../images/index.ts'
import { type BuildContext, imageArchitecture } from '../context.ts'
import { Apt } from '../debian/apt.ts'
import type { DebianPackage } from '../debian/apt-output.ts'
import { BUSYBOX_TOOLS } from '../debian/busybox-tools.ts'
import { resolvePackageSet } from '../debian/package-set.ts'
import { mergedLinks, readControl, readDeb } from '../debian/read-deb.ts'
import { startStep, type StepReporter } from '../progress.ts'
import { formatBytes } from '../source/limits.ts'
import { type CachedLayer, findLayer, layerKey, storeLayer } from '../tools/layer-cache.ts'

/** The user that apps run as: `app`, the number distroless images use for their `nonroot`. */
export const APP_USER_ID = 65_532

/** C and C++ run time, TLS, certificates, names of protocols, time zones, a shell and the usual tools. Names after `|`
 *  are what later releases call the same package. */
const PACKAGES = [
  'base-files',
  'netbase',
  'tzdata',
  'ca-certificates',
  'libc6',
  'libgcc-s1',
  'libstdc++6',
  'zlib1g',
  'libssl3|libssl3t64',
  'dash',
  'busybox',
]

const RECIPE = 2

/** What the base consists of: closures of other packages stop there. */
export function resolveBase(context: BuildContext, reporter: StepReporter): Promise<DebianPackage[]> {
  return resolvePackageSet(context, { name: 'base', packages: PACKAGES }, reporter)
}

export async function buildBaseLayer(context: BuildContext): Promise<CachedLayer> {
  const reporter = startStep('base', context.clock, context.onProgress, 'Debian packages')
  const packages = await resolveBase(context, reporter)
  const key = layerKey({
    recipe: RECIPE,
    architecture: imageArchitecture(context.host),
    packages: packages.map(({ name, sha256 }) => [name, sha256]),
  })
  const known = await findLayer(context, 'base', key)
  if (known !== undefined) {
    reporter.done(formatBytes(known.descriptor.size), true)
    return known
  }
  const files = await new Apt(context).download(packages, reporter.output)
  const contents: TarEntry[] = []
  for (const file of files) contents.push(...(await readDeb(file, context.signal)))
  const controls = await Promise.all(files.map((file) => readControl(file, context.signal)))
  const registered = packages.map(({ name }, index) =>
    textEntry(`var/lib/dpkg/status.d/${name}`, controls[index] ?? ''),
  )
  const layer = await storeLayer(context, { role: 'base', key, entries: [...(await finish(contents)), ...registered] })
  reporter.done(`${packages.length} packages, ${formatBytes(layer.descriptor.size)}`)
  return layer
}

/** What the packages' maintainer scripts would have done, as far as a container needs it. */
async function finish(contents: readonly TarEntry[]): Promise<TarEntry[]> {
  const certificates = contents.filter((entry) => /^usr\/share\/ca-certificates\/mozilla\/.*\.crt$/.test(entry.path))
  const rest = contents.filter((entry) => !certificates.includes(entry))
  const paths = new Set(rest.flatMap(({ path }) => parents(path)))
  const tools = BUSYBOX_TOOLS.map((name): TarEntry => ({ path: `usr/bin/${name}`, type: 'symlink', target: 'busybox' }))
  return [
    ...tools.filter(({ path }) => !paths.has(path)),
    ...rest,
    ...mergedLinks(paths),
    textEntry('etc/ssl/certs/ca-certificates.crt', await concatenate(certificates)),
    { path: 'usr/lib/ssl/cert.pem', type: 'symlink', target: '/etc/ssl/certs/ca-certificates.crt' },
    { path: 'usr/lib/ssl/certs', type: 'symlink', target: '/etc/ssl/certs' },
    textEntry(
      'etc/passwd',
      `root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\napp:x:${APP_USER_ID}:${APP_USER_ID}:app:/home/app:/bin/sh\n`,
    ),
    textEntry('etc/group', `root:x:0:\ntty:x:5:\nstaff:x:50:\nnogroup:x:65534:\napp:x:${APP_USER_ID}:\n`),
    textEntry(
      'etc/nsswitch.conf',
      'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nnetworks: files\nprotocols: files\nservices: files\n',
    ),
    { path: 'etc/localtime', type: 'symlink', target: '/usr/share/zoneinfo/Etc/UTC' },
    { path: 'home/app', type: 'directory', mode: 0o755, owner: APP_USER_ID },
    { path: 'var/run', type: 'symlink', target: '/run' },
    { path: 'var/lock', type: 'symlink', target: '/run/lock' },
    { path: 'run/lock', type: 'directory', mode: 0o1777 },
  ]
}

function parents(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** The bundle that TLS libraries read: all certificates ordered by file name. */
async function concatenate(certificates: readonly TarEntry[]): Promise<string> {
  let bundle = ''
  for (const entry of [...certificates].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (entry.type !== 'file') continue
    let text = ''
    for await (const chunk of entry.open()) text += String(chunk)
    bundle += text.endsWith('\n') ? text : `${text}\n`
  }
  return bundle
}
