/** npm, pnpm and yarn as packages of the registry: the version a build uses does not depend on the machine. */
import { satisfies } from 'semver'
import type { BuildContext } from '../context.ts'
import type { PackageManager } from '../detect/plan.ts'
import { BuildError } from '../errors.ts'
import { fetchPackage, resolveVersion } from '../tools/npm-package.ts'

export interface PackageTool {
  name: string
  version: string
  /** Folder of the unpacked package. */
  dir: string
  /** Command → path inside `dir`. */
  commands: Readonly<Record<string, string>>
}

/** Which npm line runs on a Node.js version, newest first. Source: `engines` of npm's releases. */
const NPM_LINES: readonly { line: string; node: string }[] = [
  { line: '11', node: '^20.17.0 || >=22.9.0' },
  { line: '10', node: '^18.17.0 || >=20.5.0' },
  { line: '9', node: '^14.17.0 || ^16.13.0 || >=18.0.0' },
]

export async function fetchNpm(
  context: BuildContext,
  nodeVersion: string,
  exactVersion?: string,
): Promise<PackageTool> {
  const line = exactVersion ?? NPM_LINES.find(({ node }) => satisfies(nodeVersion, node))?.line ?? '6'
  return fetchTool(context, {
    package: 'npm',
    name: 'npm',
    range: line,
    commands: { npm: 'bin/npm-cli.js', npx: 'bin/npx-cli.js' },
  })
}

/** The package manager an app asks for. Throws BuildError PackageManagerUnsupported when there is no such version. */
export async function fetchPackageManager(
  context: BuildContext,
  manager: PackageManager,
  nodeVersion: string,
): Promise<PackageTool> {
  const { name, version } = manager
  if (name === 'npm') return fetchNpm(context, nodeVersion, version === 'npm' ? undefined : version)
  if (name === 'pnpm')
    return fetchTool(context, {
      package: 'pnpm',
      name,
      range: version,
      commands: { pnpm: 'bin/pnpm.cjs', pnpx: 'bin/pnpx.cjs' },
    })
  const isClassic = version.split('.')[0] === '1'
  return fetchTool(context, {
    package: isClassic ? 'yarn' : '@yarnpkg/cli-dist',
    name,
    range: version,
    commands: { yarn: 'bin/yarn.js' },
  })
}

async function fetchTool(
  context: BuildContext,
  wanted: { package: string; name: string; range: string; commands: Record<string, string> },
): Promise<PackageTool> {
  const version = await resolveVersion(context, wanted.package, wanted.range)
  if (version === undefined)
    throw new BuildError(
      'PackageManagerUnsupported',
      `There is no ${wanted.name} ${wanted.range} in the npm registry.`,
      {
        hint: 'Write a version that exists into "packageManager" in package.json.',
      },
    )
  return {
    name: wanted.name,
    version,
    dir: await fetchPackage(context, wanted.package, version),
    commands: wanted.commands,
  }
}
