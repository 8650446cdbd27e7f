/** What composer.lock says of where packages come from. Source: "Package links" and "dist" of Composer's documentation
 *  ("The composer.json schema"), "Repositories" (`path`, `artifact`). */
import { posix } from 'node:path'
import { BuildError } from '../../errors.ts'
import { record } from './composer-json.ts'

/** Composer copies whatever folder or file of the machine a package names, and runs with the user's passwords at hand: the
 *  packages may come from the network and from the app's own folder, and from nowhere else. `app`: where that is when
 *  Composer runs. Throws BuildError ComposerJsonInvalid. */
export function checkOrigins(lock: string, app: string): void {
  for (const each of valuesOf(record(JSON.parse(lock)).packages)) {
    const { name, dist } = record(each)
    const mirrors = valuesOf(record(dist).mirrors)
    for (const { url } of [dist, ...mirrors].map(record))
      if (url !== undefined && url !== null && !isAllowed(url, app))
        throw new BuildError(
          'ComposerJsonInvalid',
          `composer.lock: the package ${JSON.stringify(name)} comes from ${JSON.stringify(url)}, which is neither an address nor in the app's folder.`,
          { hint: 'Put the package into the folder of the app and name it there, or let it come from a repository.' },
        )
  }
}

/** To PHP a list is as good as an object. */
const valuesOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : []

function isAllowed(url: unknown, app: string): boolean {
  if (typeof url !== 'string') return false
  if (/^https?:\/\//i.test(url)) return true
  const path = url.replace(/^file:\/\/(?=\/)/i, '')
  // Whatever else has a scheme, PHP opens, too; and what stands between two `%` Composer puts in.
  if (/^[a-z][\w+.-]*:|%/i.test(path)) return false
  return posix.resolve(app, path).startsWith(`${app}/`)
}
