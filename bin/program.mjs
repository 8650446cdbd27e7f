// Which form of the command to run: the bundle (tools/bundle.ts), or the sources where they are newer, which Node runs as
// they are. The package has no sources.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The path of the command's program. */
export function findProgram(root = dirname(dirname(fileURLToPath(import.meta.url)))) {
  const source = join(root, 'src/cli/main.ts')
  const bundle = join(root, 'dist/cli/main.js')
  return existsSync(source) && !isUpToDate(bundle, root) ? source : bundle
}

/** Whether nothing that the bundle is made of changed after it; folders tell of files that are gone. */
function isUpToDate(bundle, root) {
  const bundled = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const isOlder = (path) => statSync(path).mtimeMs < bundled
  // Node's own recursion looks at each file once more.
  const isOlderFolder = (folder) =>
    isOlder(folder) &&
    readdirSync(folder, { withFileTypes: true }).every((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? isOlderFolder(path) : entry.name.endsWith('.test.ts') || isOlder(path)
    })
  return (
    ['package.json', 'package-lock.json'].every((name) => isOlder(join(root, name))) && isOlderFolder(join(root, 'src'))
  )
}
