/** What a language is built with: Debian packages unpacked into a folder that the sandbox shows as the system. It is used
 *  by builds alone and never part of an image. */
import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildContext, imageArchitecture, pathExists } from '../context.ts'
import { Apt } from '../debian/apt.ts'
import { resolvePackageSet } from '../debian/package-set.ts'
import { BuildError } from '../errors.ts'
import type { StepReporter } from '../progress.ts'
import { layerKey } from './layer-cache.ts'
import { runProcess } from './run-process.ts'

export interface Toolchain {
  /** The root of its file system. */
  dir: string
}

/** A shell and its tools, and what the sandbox starts commands with. */
const BASIC_PACKAGES = ['base-files', 'dash', 'coreutils', 'util-linux', 'libc6']

/** Unpacks what is not there yet. Throws BuildError ToolMissing without bubblewrap, BasePackagesUnavailable. */
export async function openToolchain(
  context: BuildContext,
  { name, packages }: { name: string; packages: readonly string[] },
  reporter: StepReporter,
): Promise<Toolchain> {
  if (context.host.bwrap === undefined)
    throw new BuildError('ToolMissing', `Building ${name} apps needs bubblewrap, which is missing.`, {
      hint: 'Install it with "naru doctor --fix", then deploy again.',
    })
  const resolved = await resolvePackageSet(
    context,
    { name: `toolchain-${name}`, packages: [...BASIC_PACKAGES, ...packages], closure: { base: [], without: [] } },
    reporter,
  )
  const digests = resolved.map(({ sha256 }) => sha256)
  const key = layerKey({ recipe: 1, architecture: imageArchitecture(context.host), digests })
  const dir = join(context.cacheDir, 'toolchains', `${name}-${key}`)
  const now = context.clock.now() / 1000
  if (await pathExists(dir)) {
    await utimes(dir, now, now)
    return { dir }
  }
  const files = await new Apt(context).download(resolved, reporter.output)
  const work = join(context.cacheDir, 'work', randomUUID())
  try {
    await mkdir(join(work, 'root', 'etc'), { recursive: true, mode: 0o755 })
    reporter.output(`unpacking ${files.length} Debian packages`)
    await unpack(context, files, join(work, 'root'))
    // The packages' own time of their top folder is old: what is unused for long is removed by it.
    await utimes(join(work, 'root'), now, now)
    await mkdir(join(context.cacheDir, 'toolchains'), { recursive: true })
    await rename(join(work, 'root'), dir).catch(async (error: unknown) => {
      // Another build may have put it there in the meantime.
      if (!(await pathExists(dir))) throw error
    })
    return { dir }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Merged folders first, as links, which the packages' own paths then go through. */
const UNPACK = `set -e
root=$1
shift
for folder in bin sbin lib lib64; do mkdir -p "$root/usr/$folder"; ln -s "usr/$folder" "$root/$folder"; done
for file; do
  dpkg-deb --fsys-tarfile "$file" | tar -x -C "$root" --keep-directory-symlink --no-same-owner --no-same-permissions \\
    --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale'
done`

async function unpack(context: BuildContext, files: readonly string[], root: string): Promise<void> {
  const outcome = await runProcess({
    file: 'sh',
    args: ['-c', UNPACK, 'sh', root, ...files],
    env: { PATH: context.env.PATH, LC_ALL: 'C' },
    signal: context.signal,
  })
  if (outcome.exitCode !== 0)
    throw new BuildError('BasePackagesUnavailable', 'The Debian packages of the toolchain cannot be unpacked.', {
      hint: 'dpkg-deb and tar must be installed.',
      exitCode: outcome.exitCode,
      command: 'dpkg-deb --fsys-tarfile',
      output: outcome.lines.slice(-10),
    })
}
