/** Whether a package manager runs code of the app or of its packages while it only installs, with their scripts left out.
 *  Sources: pnpm's ".pnpmfile.cjs", Yarn's "plugins" of .yarnrc.yml, npm's "prepare" of git dependencies. */
import type { PackageManager } from '../detect/plan.ts'
import type { Source } from '../source/read-source.ts'

export interface Installation {
  manager: PackageManager
  source: Pick<Source, 'has' | 'readText'>
  /** Text of the lockfile. */
  lockfile: string
}

/** What runs, for people; undefined when nothing does. What is not noticed here fails: git and pnpmfile are kept from who
 *  has the user's settings. */
export async function foreignCode({ manager, source, lockfile }: Installation): Promise<string | undefined> {
  if (manager.name === 'pnpm' && source.has('.pnpmfile.cjs')) return '.pnpmfile.cjs'
  if (manager.name === 'yarn' && !isPlain((await source.readText('.yarnrc.yml')) ?? '')) return '.yarnrc.yml'
  return GIT.test(lockfile) ? `the git repository in ${manager.lockfile}` : undefined
}

const GIT = /\bgit(?:\+\w+:|:\/\/|@)|\btype: git\b|#commit=|\bcodeload\.github\.com\b/

/** One setting a line, each of a single word, none of them plugins: nothing else of YAML needs to be understood to know
 *  that there is no code in it. `yarnPath` does not count in builds. */
const isPlain = (rules: string): boolean =>
  rules.split(/\r?\n/).every((line) => /^(?:\s*|#.*|(?!plugins:)[A-Za-z]+: +"?[\w./@:-]+"?\s*)$/.test(line))
