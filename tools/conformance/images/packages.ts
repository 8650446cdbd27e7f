/** A Debian package with everything it needs that the base layer lacks, as layer entries. */
import { spawnSync } from 'node:child_process'
import type { BuildContext } from '../../../src/builder/context.ts'
import { Apt } from '../../../src/builder/debian/apt.ts'
import type { DebianPackage } from '../../../src/builder/debian/apt-output.ts'
import { readDeb } from '../../../src/builder/debian/read-deb.ts'
import type { TarEntry } from '../../../src/images/index.ts'

/** In the base layer already. */
const IN_BASE = new Set(
  'base-files busybox ca-certificates dash gcc-12-base libc6 libgcc-s1 libssl3 libstdc++6 netbase tzdata zlib1g'.split(
    ' ',
  ),
)

/** Needed by maintainer scripts alone, which no image runs; unless a recipe names it. */
const FOR_SCRIPTS =
  /perl|^(?:adduser|debconf|debianutils|dpkg|init-system-helpers|passwd|sysvinit-utils|tar|usrmerge)$|^lib(?:audit|pam|semanage|sepol)/

/** What apt would install of `names` on a system that has nothing. Throws when apt does not know them. */
export function packagesWithDependencies(names: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(
    'apt-get',
    [
      'install',
      '--simulate',
      '--no-install-recommends',
      '-o',
      'Dir::State::status=/dev/null',
      '-o',
      'Debug::NoLocking=1',
      ...names,
    ],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  )
  if (status !== 0) throw new Error(`apt knows no ${names.join(', ')}; apt-get update may help:\n${stderr}`)
  return Array.from(stdout.matchAll(/^Inst (\S+) /gm), ([, name = '']) => name)
    .filter((name) => names.includes(name) || (!IN_BASE.has(name) && !FOR_SCRIPTS.test(name)))
    .sort()
}

export async function packageEntries(context: BuildContext, packages: readonly DebianPackage[]): Promise<TarEntry[]> {
  const entries: TarEntry[] = []
  for (const file of await new Apt(context).download(packages, () => {}))
    entries.push(...(await readDeb(file, context.signal)))
  return entries
}
