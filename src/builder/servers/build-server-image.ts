/** An image of a server (a database, a cache, a broker, an application server), assembled from Debian packages. */
import { resolve } from 'node:path'
import { REGISTRY_HOST } from '../../api/index.ts'
import { isRepositoryName, type RegistryAddress, type TarEntry, textEntry, writeImage } from '../../images/index.ts'
import { type Clock, systemClock } from '../../lib/index.ts'
import { type BuiltLayer, reportLayers, translateFailure } from '../build-image.ts'
import { type BuildContext, type BuildHost, imageArchitecture, inspectBuildHost } from '../context.ts'
import { BuildError } from '../errors.ts'
import { APP_USER_ID, buildBaseLayer } from '../layers/base-layer.ts'
import { buildPackagesLayer } from '../layers/packages-layer.ts'
import type { OnProgress } from '../progress.ts'
import { pruneCache } from '../prune-cache.ts'
import { pushImage } from '../push-image.ts'
import { SERVER_ENTRYPOINT, type ServerRecipe } from './recipe.ts'
import { SERVER_RECIPES } from './recipes.ts'

export interface BuildServerImageOptions {
  /** The image is `<registry>/naru-servers/<name>`. For a name that Naru has a recipe of nothing more needs to be said. */
  name: string
  /** Debian packages; needed where Naru has no recipe of that name, in place of the recipe's where it has. */
  packages?: readonly string[]
  /** What the container runs, in place of the recipe's entrypoint; needed where Naru has no recipe of that name. */
  command?: readonly string[]
  cacheDir: string
  registry: RegistryAddress
  /** The user's environment. */
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
  onProgress: OnProgress
  /** Looked at when left out. */
  host?: BuildHost
  clock?: Clock
}

export interface BuiltServerImage {
  /** `registry.naru.localhost/naru-servers/<name>@sha256:…` */
  image: string
  digest: string
  /** Lowest first. */
  layers: readonly BuiltLayer[]
}

/** The same packages give the same digest. Throws BuildError: NameInvalid for what cannot name an image or has neither
 *  recipe nor packages and command, and what `buildImage` throws of packages and pushing. */
export async function buildServerImage(options: BuildServerImageOptions): Promise<BuiltServerImage> {
  const repository = `naru-servers/${options.name}`
  const recipe = recipeFor(options, repository)
  try {
    const context: BuildContext = {
      cacheDir: resolve(options.cacheDir),
      host: options.host ?? (await inspectBuildHost(options.env)),
      env: options.env,
      clock: options.clock ?? systemClock,
      signal: options.signal,
      onProgress: options.onProgress,
    }
    await pruneCache(context)
    const layers = [
      await buildBaseLayer(context),
      await buildPackagesLayer(context, {
        name: `server-${options.name}`,
        packages: recipe.packages,
        without: recipe.without ?? [],
        ...(recipe.leftOut === undefined ? {} : { leftOut: recipe.leftOut }),
        entries: ownEntries(recipe),
      }),
    ]
    const image = writeImage({
      architecture: imageArchitecture(context.host),
      layers: layers.map(({ descriptor }) => descriptor),
      run: {
        user: `${APP_USER_ID}:${APP_USER_ID}`,
        workingDir: '/',
        env: {
          PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          HOME: '/home/app',
          LANG: 'C.UTF-8',
          ...recipe.env,
        },
        entrypoint: options.command ?? [SERVER_ENTRYPOINT],
        command: [],
        exposedPorts: recipe.ports,
        ...(recipe.stopSignal === undefined ? {} : { stopSignal: recipe.stopSignal }),
      },
      history: layers.map(({ role }) => `naru: ${role}`),
      createdEpochSeconds: 0,
    })
    const pushed = await pushImage(context, { registry: options.registry, repository, layers, image })
    return {
      image: `${REGISTRY_HOST}/${repository}@${image.manifestDigest}`,
      digest: image.manifestDigest,
      layers: reportLayers(layers, pushed),
    }
  } catch (error) {
    throw translateFailure(error, options)
  }
}

function recipeFor({ name, packages, command }: BuildServerImageOptions, repository: string): ServerRecipe {
  if (!isRepositoryName(repository))
    throw new BuildError('NameInvalid', `${JSON.stringify(name)} cannot name an image.`, {
      hint: 'Use lower-case letters, digits and "-".',
    })
  const known = Object.hasOwn(SERVER_RECIPES, name) ? SERVER_RECIPES[name] : undefined
  if (known !== undefined) return packages === undefined ? known : { ...known, packages }
  if (packages !== undefined && command !== undefined) return { packages, entrypoint: '', ports: [] }
  throw new BuildError('NameInvalid', `There is no recipe for a server "${name}".`, {
    hint: `There are recipes for ${Object.keys(SERVER_RECIPES).join(', ')}; for another name the Debian packages and the command, or an image, must be given.`,
  })
}

/** The volume's folder and the entrypoint. */
function ownEntries({ entrypoint }: ServerRecipe): TarEntry[] {
  return [
    { path: 'data', type: 'directory', mode: 0o755, owner: APP_USER_ID },
    ...(entrypoint === '' ? [] : [textEntry(SERVER_ENTRYPOINT.slice(1), entrypoint, 0o755)]),
  ]
}
