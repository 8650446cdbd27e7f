/** The app layer of a Go module: its programs below /app/bin, and the files of the source that they may read. */
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildContext, imageArchitecture } from '../../context.ts'
import { BuildError } from '../../errors.ts'
import type { TarEntry } from '../../../images/index.ts'
import { APP_USER_ID } from '../../layers/base-layer.ts'
import { builtEntries } from '../../layers/directory-entries.ts'
import { APP_FOLDER, sourceEntries } from '../../layers/source-layer.ts'
import { startStep } from '../../progress.ts'
import { formatBytes } from '../../source/limits.ts'
import { digestSource, type Source } from '../../source/read-source.ts'
import { openWorkspace, type Workspace } from '../../steps/workspace.ts'
import { type CachedLayer, findLayer, layerKey, storeLayer } from '../../tools/layer-cache.ts'
import { openToolchain } from '../../tools/toolchain.ts'
import { goSettings } from './go-settings.ts'
import type { GoPlan } from './recognise.ts'

const RECIPE = 1

/** Debian's go fetches the version that builds: a module like any other, checked by the checksum database. */
const TOOLCHAIN = { name: 'go', packages: ['golang-go', 'ca-certificates'] }

/** Of the source what no program reads. */
const FOR_BUILDING = /\.go$|^go\.(?:mod|sum|work(?:\.sum)?)$|^vendor\/|(?:^|\/)testdata\//

export async function buildGoAppLayer(
  context: BuildContext,
  { source, plan }: { source: Source; plan: GoPlan },
): Promise<CachedLayer> {
  const reporter = startStep('app', context.clock, context.onProgress, `Go ${plan.version}`)
  const key = layerKey({
    recipe: RECIPE,
    kind: 'go',
    plan,
    architecture: imageArchitecture(context.host),
    source: await digestSource(source),
  })
  const known = await findLayer(context, 'app', key)
  if (known !== undefined) {
    reporter.done(formatBytes(known.descriptor.size), true)
    return known
  }
  const toolchain = await openToolchain(context, TOOLCHAIN, reporter)
  await using workspace = await openWorkspace({ context, reporter, toolchain })
  await workspace.add(source)
  await build(context, workspace, { plan, isVendored: source.has('vendor/modules.txt') })
  const programs = await builtEntries(workspace.dir, 'bin', { prefix: 'app/bin', owner: APP_USER_ID })
  const files = sourceEntries(source, '', 'app').filter(({ path }) => !FOR_BUILDING.test(path.slice('app/'.length)))
  const layer = await storeLayer(context, {
    role: 'app',
    key,
    entries: [...files, BIN_FOLDER, ...programs, APP_FOLDER],
  })
  reporter.done(`Go ${plan.version}, ${formatBytes(layer.descriptor.size)}`)
  return layer
}

const BIN_FOLDER: TarEntry = { ...APP_FOLDER, path: 'app/bin' }

/** Without cgo, building runs nothing of the modules, so that builds may share a cache of what is compiled. */
async function build(
  context: BuildContext,
  workspace: Workspace,
  { plan, isVendored }: { plan: GoPlan; isVendored: boolean },
): Promise<void> {
  const { variables, netrc } = await goSettings(context)
  const modules = join(workspace.cacheDir, 'go-modules')
  const shared = {
    GOMODCACHE: modules,
    GOCACHE: join(workspace.cacheDir, 'go-build'),
    GOPATH: '/tmp/go',
    GOENV: 'off',
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
  }
  const settings = netrc === undefined ? {} : { NETRC: netrc }
  const fetched = { ...shared, ...variables }
  const root = join(
    modules,
    'golang.org',
    `toolchain@v0.0.1-go${plan.version}.linux-${imageArchitecture(context.host)}`,
  )
  await workspace
    .run({
      title: `downloading Go ${plan.version}`,
      // The module cache keeps files without their executable bit.
      command: ['sh', '-ec', FETCH, 'sh', root, `golang.org/${root.slice(root.indexOf('toolchain@'))}`],
      isTrusted: true,
      settings,
      variables: fetched,
    })
    .catch((error: unknown) => {
      if (!(error instanceof BuildError) || error.reason !== 'StepFailed') throw error
      throw new BuildError('DownloadFailed', `Go ${plan.version} cannot be downloaded from the module proxy.`, {
        hint: 'Look whether GOPROXY can be reached, and whether go.mod names a version that exists.',
        output: error.output,
        cause: error,
      })
    })
  const go = join(root, 'bin', 'go')
  const chosen = { GOROOT: root }
  if (!isVendored)
    await workspace.run({
      title: 'go mod download',
      command: [go, 'mod', 'download'],
      isTrusted: true,
      settings,
      variables: { ...fetched, ...chosen },
    })
  await mkdir(join(workspace.dir, 'bin'), { recursive: true })
  await chmod(join(workspace.dir, 'bin'), 0o755)
  for (const [name, folder] of Object.entries(plan.programs))
    await workspace.run({
      title: `go build ./${folder === '.' ? '' : folder}`,
      command: [
        go,
        'build',
        '-trimpath',
        '-buildvcs=false',
        '-ldflags=-s -w -buildid=',
        '-o',
        `bin/${name}`,
        `./${folder}`,
      ],
      isTrusted: true,
      variables: { ...shared, ...chosen, GOPROXY: 'off', GOFLAGS: isVendored ? '-mod=vendor' : '-mod=readonly' },
    })
}

const FETCH = `[ -x "$1/bin/go" ] && exit 0
mkdir /tmp/fetch
cd /tmp/fetch
go mod init fetch >/dev/null 2>&1
go mod download "$2"
chmod -R u+w "$1"
chmod +x "$1"/pkg/tool/*/* "$1"/bin/*`
