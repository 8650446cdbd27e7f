// `npm install` in the repository, and `npm pack`: the programs as `dist/`, each with what it imports in a few files.
// Node then starts them with half the CPU and two thirds of the memory that a thousand sources and packages take.
// Nothing is minified: stack traces stay readable.
import { readFileSync } from 'node:fs'
import { cp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, hasErrno } from '../src/lib/index.ts'

const PROGRAMS = ['cli/main', 'engine/main', 'engine/edge']
/** What programs read beside their code, in the same place. */
const DATA = ['resources/provisioners']
/** protobufjs, below it, looks for its packages with `eval`, and would do without them in a bundle. */
const APART = /^@grpc\//
const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const building = `${dist}.${process.pid}`
const begun = new Date()

try {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(PROGRAMS.map((name) => [name, `src/${name}.ts`])),
    platform: 'node',
    external: APART,
    logLevel: 'warn',
  })
  // Chunks are one folder below, as `src/lib/program-path.ts` expects.
  const { output } = await bundle.write({
    dir: building,
    entryFileNames: '[name].js',
    chunkFileNames: 'lib/[name].js',
    comments: false,
  })
  for (const folder of DATA) await cp(join(root, 'src', folder), join(building, folder), { recursive: true })
  const files = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []))
  await writeFile(join(building, 'LICENSES.txt'), await licensesOf(packagesOf(files)))
  // What bin/program.mjs compares the sources with: one that changes from now on is newer.
  await utimes(join(building, 'cli/main.js'), begun, begun)
  await rm(dist, { recursive: true, force: true })
  await rename(building, dist)
} catch (error) {
  await rm(building, { recursive: true, force: true })
  if (!hasErrno(error, 'ERR_MODULE_NOT_FOUND')) throw error
  process.stderr.write(
    `The sources are run as they are, there is nothing to bundle them with: ${errorMessage(error)}\n`,
  )
}

/** The folders of the packages that files are of. */
function packagesOf(files: readonly string[]): string[] {
  const folders = files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [])
  return [...new Set(folders)].sort()
}

/** What the licences of packages ask of whoever passes them on. */
async function licensesOf(folders: readonly string[]): Promise<string> {
  const texts: string[] = []
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    const named = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort()
    const words = named.map((file) => readFileSync(join(folder, file), 'utf8').trim())
    texts.push([`${name} ${version} (${license ?? 'see below'})`, ...words].join('\n\n'))
  }
  return `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

interface Manifest {
  name: string
  version: string
  license?: string
}
