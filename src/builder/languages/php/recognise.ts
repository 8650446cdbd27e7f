/** Whether a folder is a PHP app, which extensions it needs, and where what it answers with begins. */
import { findSiteFolder } from '../../detect/site-folder.ts'
import { BuildError } from '../../errors.ts'
import type { Source } from '../../source/read-source.ts'
import type { Recognised } from '../language.ts'
import { type ComposerProject, readComposerProject } from './composer-json.ts'
import { chooseExtensions, type Extensions, USUAL } from './extensions.ts'
import { SERVER } from './server.ts'

export interface PhpPlan {
  extensions: Extensions
  /** Undefined when there is nothing to install: no composer.json, or what it asks for is in the folder already. */
  composer: ComposerProject | undefined
}

/** Throws BuildError ComposerJsonInvalid. */
export async function recognisePhp(source: Source): Promise<Recognised<PhpPlan> | undefined> {
  const root = source.has('public/index.php') ? 'public' : source.has('index.php') ? '.' : undefined
  // A site with tools of PHP beside it is a site.
  if (root === undefined && findSiteFolder(source) !== undefined) return undefined
  const project = await readComposerProject(source)
  if (project === undefined && root === undefined) return undefined
  const { unknown: all, ...extensions } = chooseExtensions(project?.extensions ?? USUAL)
  const unknown = all.filter((name) => project?.provided.includes(name) !== true)
  if (unknown.length > 0)
    throw new BuildError(
      'ComposerJsonInvalid',
      `composer.json or a package of composer.lock requires ${unknown.map((name) => `ext-${name}`).join(', ')}, which cannot be had.`,
      { hint: 'PHP and its extensions are Debian packages: do without it, or use an image that has it.' },
    )
  const isVendored = project !== undefined && source.has(`${project.vendor}/autoload.php`)
  return {
    plan: { extensions, composer: isVendored ? undefined : project },
    start:
      root === undefined
        ? undefined
        : { command: [SERVER, root], from: root === '.' ? 'index.php' : `${root}/index.php` },
    what: project === undefined || isVendored ? 'PHP app' : 'PHP app, Composer',
    hint: 'Add an index.php, at the top or in public/, or a Procfile with the line that starts it, as "web: php server.php" or "worker: php worker.php".',
  }
}
