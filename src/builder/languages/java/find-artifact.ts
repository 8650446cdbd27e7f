/** What Maven made, in a module's folder `target`. */
import { readdir, stat } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { TarEntry } from '../../../images/index.ts'
import { BuildError } from '../../errors.ts'
import { APP_USER_ID } from '../../layers/base-layer.ts'
import { directoryEntries } from '../../layers/directory-entries.ts'
import { ownFolder } from '../../steps/own-folder.ts'
import type { JavaPlan } from './recognise.ts'

/** Where the build puts what the app depends on, below `target`. */
export const LIBRARIES = 'naru-libraries'

export interface Artifact {
  app: readonly TarEntry[]
  /** What lies beside the app. */
  libraries: readonly TarEntry[]
}

/** Of the names that plugins give to what has the dependencies in it, the first; of others the only one. */
const WHOLE = [/-jar-with-dependencies\.jar$/, /-shaded\.jar$/, /-exec\.[jw]ar$/, /-all\.jar$/]
const NOT_THE_APP = /-(?:sources|javadoc|tests|test-sources|plain)\.jar$|^original-|\.original$/

/** Throws BuildError OutputMissing. */
export async function findArtifact(
  workspace: string,
  { module, form }: { module: string; form: JavaPlan['form'] },
): Promise<Artifact> {
  const target = join(module, 'target')
  if (form === 'quarkus') {
    const folder = await ownFolder(workspace, join(target, 'quarkus-app'))
    const entries =
      folder === undefined ? [] : await directoryEntries({ dir: folder, prefix: 'app', owner: APP_USER_ID })
    if (entries.length === 0) throw missing(`${target}/quarkus-app`)
    const isLibrary = ({ path }: TarEntry) => path.startsWith('app/lib/')
    return { app: entries.filter((entry) => !isLibrary(entry)), libraries: entries.filter(isLibrary) }
  }
  const folder = await ownFolder(workspace, target)
  const wanted = form === 'war' ? /\.war$/ : form === 'classpath' ? /\.jar$/ : /\.[jw]ar$/
  const entries = folder === undefined ? [] : await readdir(folder, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile() && wanted.test(entry.name) && !NOT_THE_APP.test(entry.name))
    .map(({ name }) => name)
    // What is made beside the app has the app's name and a classifier.
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  const whole = form === 'executable' ? WHOLE.flatMap((pattern) => names.filter((name) => pattern.test(name))) : []
  const name = whole[0] ?? names[0]
  if (name === undefined || folder === undefined) throw missing(`${target}/*.${form === 'war' ? 'war' : 'jar'}`)
  const file = join(folder, name)
  const libraries = await ownFolder(workspace, join(target, LIBRARIES))
  return {
    app: [
      {
        path: form === 'war' ? 'app/ROOT.war' : 'app/app.jar',
        type: 'file',
        mode: 0o644,
        size: (await stat(file)).size,
        open: () => createReadStream(file),
        owner: APP_USER_ID,
      },
    ],
    libraries:
      libraries === undefined ? [] : await directoryEntries({ dir: libraries, prefix: 'app/lib', owner: APP_USER_ID }),
  }
}

function missing(path: string): BuildError {
  return new BuildError('OutputMissing', `Maven ended well, but left no ${path}.`, {
    hint: 'Let the project keep Maven`s own folder "target" and the packaging that its pom.xml says.',
  })
}
