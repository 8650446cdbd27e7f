/** Which package manager installs the dependencies: lockfiles and the field `packageManager` decide. */
import { BuildError } from '../errors.ts'
import type { Source } from '../source/read-source.ts'
import type { PackageJson } from './package-json.ts'
import type { PackageManager, PackageManagerName } from './plan.ts'

const LOCKFILES: readonly { file: string; name: PackageManagerName }[] = [
  { file: 'package-lock.json', name: 'npm' },
  { file: 'npm-shrinkwrap.json', name: 'npm' },
  { file: 'pnpm-lock.yaml', name: 'pnpm' },
  { file: 'yarn.lock', name: 'yarn' },
]

const INSTALL_COMMAND: Record<PackageManagerName, string> = {
  npm: 'npm install',
  pnpm: 'pnpm install',
  yarn: 'yarn install',
}

/** Undefined when package.json names no dependencies. Throws BuildError LockfileMissing, LockfileAmbiguous,
 *  PackageManagerUnsupported. */
export async function detectPackageManager(source: Source, manifest: PackageJson): Promise<PackageManager | undefined> {
  const hasDependencies =
    [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].some(
      (record) => Object.keys(record).length > 0,
    ) || manifest.hasWorkspaces
  if (!hasDependencies) return undefined
  const declared = parsePackageManager(manifest.packageManager)
  const present = LOCKFILES.filter(({ file }) => source.has(file))
  const fitting = declared === undefined ? present : present.filter(({ name }) => name === declared.name)
  const [first] = fitting
  if (first === undefined) throw lockfileMissing(present, declared)
  if (new Set(fitting.map(({ name }) => name)).size > 1)
    throw new BuildError(
      'LockfileAmbiguous',
      `There are lockfiles of several package managers: ${fitting.map(({ file }) => file).join(' and ')}.`,
      {
        hint: 'Delete the one you do not use, or say which counts in package.json, for example "packageManager": "npm@11.0.0".',
      },
    )
  // npm itself prefers the shrinkwrap when both are there.
  const lockfile = fitting.find(({ file }) => file === 'npm-shrinkwrap.json') ?? first
  const version = declared?.version ?? (await versionForLockfile(source, lockfile))
  return { name: lockfile.name, version, lockfile: lockfile.file }
}

function lockfileMissing(
  present: readonly { file: string }[],
  declared: { name: PackageManagerName } | undefined,
): BuildError {
  const name = declared?.name ?? 'npm'
  const other = present.map(({ file }) => file).join(', ')
  return new BuildError(
    'LockfileMissing',
    other === ''
      ? 'package.json names dependencies, but there is no lockfile that fixes their versions.'
      : `package.json says "packageManager": "${name}", but the lockfile is ${other}.`,
    {
      hint: `Run "${INSTALL_COMMAND[name]}" in the folder once, keep the lockfile it writes, then deploy again. (Is it left out by .naruignore or .gitignore?)`,
    },
  )
}

/** `npm@11.2.0`, `pnpm@9.1.0+sha512.…`. */
function parsePackageManager(text: string | undefined): { name: PackageManagerName; version: string } | undefined {
  if (text === undefined) return undefined
  const match = /^(npm|pnpm|yarn)@(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?$/.exec(text)
  if (match === null)
    throw new BuildError(
      'PackageManagerUnsupported',
      `package.json says "packageManager": ${JSON.stringify(text)}, which is not supported.`,
      {
        hint: 'npm, pnpm and yarn are, written with an exact version: "pnpm@9.15.0".',
      },
    )
  return { name: match[1] as PackageManagerName, version: match[2] ?? '' }
}

async function versionForLockfile(
  source: Source,
  lockfile: { file: string; name: PackageManagerName },
): Promise<string> {
  if (lockfile.name === 'npm') return 'npm'
  const text = (await source.readText(lockfile.file)) ?? ''
  if (lockfile.name === 'yarn') return text.includes('__metadata:') ? '4' : '1'
  const version = /^lockfileVersion: *['"]?(\d+)/m.exec(text)?.[1] ?? '9'
  return PNPM_FOR_LOCKFILE[version] ?? '10'
}

/** The pnpm line that writes each lockfile version. */
const PNPM_FOR_LOCKFILE: Record<string, string> = { '5': '7', '6': '8', '9': '10' }
