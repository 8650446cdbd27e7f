/** What composer.json and composer.lock say of an app. Source: "The composer.json schema" and "Repositories" of Composer's
 *  documentation. */
import { BuildError } from '../../errors.ts'
import type { Source } from '../../source/read-source.ts'

export interface ComposerProject {
  hasLock: boolean
  /** Names of what the app and its locked packages need of PHP: `pdo_mysql` of `ext-pdo_mysql`; sorted. */
  extensions: readonly string[]
  /** Likewise of what packages have in the place of an extension (polyfills). */
  provided: readonly string[]
  /** Where packages go, relative to the folder. */
  vendor: string
  /** Where the programs of packages go, likewise. */
  bin: string
  /** Whether the app's own files decide what is installed: class maps are made of them, and packages may be among them. */
  needsSource: boolean
  /** What Composer would run, which is not: `scripts`, `plugins`. */
  notRun: readonly string[]
}

/** Undefined without a composer.json. Throws BuildError ComposerJsonInvalid. */
export async function readComposerProject(source: Source): Promise<ComposerProject | undefined> {
  const manifest = await readJson(source, 'composer.json')
  if (manifest === undefined) return undefined
  const lock = await readJson(source, 'composer.lock')
  const config = record(manifest.config)
  const packages = [manifest, ...array(lock?.packages).map(record)]
  const vendor = folderOf(config, 'vendor-dir') ?? 'vendor'
  return {
    hasLock: lock !== undefined,
    extensions: sorted(packages.flatMap(({ require }) => extensionsOf(require))),
    provided: sorted(packages.flatMap(({ provide, replace }) => [provide, replace].flatMap(extensionsOf))),
    vendor,
    bin: folderOf({ 'bin-dir': '{$vendor-dir}/bin', ...config }, 'bin-dir', vendor) ?? `${vendor}/bin`,
    needsSource: 'classmap' in record(manifest.autoload) || isOptimized(config) || repositories(manifest).some(isLocal),
    notRun: [
      ...(Object.keys(record(manifest.scripts)).some((name) => /^(?:pre|post)-/.test(name)) ? ['scripts'] : []),
      ...(allowsPlugins(config['allow-plugins']) ? ['plugins'] : []),
    ],
  }
}

/** Anywhere else Composer would write to what builds share. */
function folderOf(config: Json, name: string, vendor = ''): string | undefined {
  const value = config[name]
  if (typeof value !== 'string') return undefined
  const folder = value.replace('{$vendor-dir}', vendor).replace(/\/+$/, '')
  if (/^[\w.-]+(?:\/[\w.-]+)*$/.test(folder) && !folder.split('/').includes('..')) return folder
  throw invalid(`composer.json: config.${name} ${JSON.stringify(value)} is not a folder of the app.`)
}

/** Then classes are looked up in a map, which is made of the app's own files, too. */
const isOptimized = (config: Json): boolean =>
  config['optimize-autoloader'] === true || config['classmap-authoritative'] === true

const allowsPlugins = (allowed: unknown): boolean => allowed === true || Object.values(record(allowed)).includes(true)

const sorted = (names: readonly string[]): string[] => [...new Set(names)].toSorted()

const extensionsOf = (require: unknown): string[] =>
  Object.keys(record(require)).flatMap((name) => /^ext-(.+)$/i.exec(name)?.[1]?.toLowerCase() ?? [])

const repositories = ({ repositories: list }: Json): Json[] =>
  (Array.isArray(list) ? list : Object.values(record(list))).map(record)

const isLocal = ({ type, url }: Json): boolean =>
  type === 'path' || type === 'artifact' || (typeof url === 'string' && /^\.{0,2}\/|^file:/.test(url))

type Json = Readonly<Record<string, unknown>>

export const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
const array = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

async function readJson(source: Source, file: string): Promise<Json | undefined> {
  const text = await source.readText(file)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalid(`${file} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${file} must be an object, like { "require": {} }.`)
  return value as Json
}

const invalid = (message: string, cause?: unknown): BuildError =>
  new BuildError('ComposerJsonInvalid', message, {
    hint: 'Mend it ("composer validate" helps), then deploy again.',
    cause,
  })
