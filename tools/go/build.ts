/** Builds a Go program that the checks use, once per user and version of the module:
 *
 *    bin/node24 tools/go/build.ts e2e.test ginkgo     # prints one path a line
 *
 *  Any number of processes may ask for the same one at the same time: one builds, the others wait for it.
 *  The programs lie in `$XDG_CACHE_HOME/naru-tools/<hash of go.sum and the recipe>/`. Go's own build cache is the machine's. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { tryLockFile } from '../../src/lib/index.ts'
import { type GoRecipe, type GoTool, goArguments, goEnvironment, goRecipes } from './recipes.ts'

const POLL_MS = 200
const MODULE = fileURLToPath(new URL('.', import.meta.url))

/** The path of the built program. `say` gets a line before a build that takes time. Throws when Go is missing or the
 *  build fails; Go's own words are on stderr then. */
export async function buildGoTool(name: GoTool, say: (line: string) => void = () => {}): Promise<string> {
  const recipe: GoRecipe = goRecipes[name]
  const path = pathOf(name)
  if (existsSync(path)) return path
  await mkdir(dirname(path), { recursive: true })
  await using _lock = await lock(`${path}.lock`, () => say(`${name} is being built by another process`))
  if (existsSync(path)) return path
  say(`building ${name} (${recipe.package}); the first time takes ${recipe.cost} on two cores`)
  const started = process.hrtime.bigint()
  const unfinished = `${path}.${process.pid}`
  try {
    await go(goArguments(recipe, unfinished), moduleOf(recipe))
    await rename(unfinished, path)
  } finally {
    await rm(unfinished, { force: true })
  }
  say(`built ${name} in ${Number((process.hrtime.bigint() - started) / 1_000_000_000n)} s`)
  return path
}

/** The path of the program if it was built before. */
export function findGoTool(name: GoTool): string | undefined {
  const path = pathOf(name)
  return existsSync(path) ? path : undefined
}

/** `waits` is called once where another process has it. */
async function lock(path: string, waits: () => void): Promise<AsyncDisposable> {
  for (let told = false; ; told = true) {
    const result = await tryLockFile(path)
    if ('held' in result) return result.held
    if (!told) waits()
    await delay(POLL_MS)
  }
}

const pathOf = (name: GoTool) => join(cacheFolder(), keyOf(name, goRecipes[name]), name)
const moduleOf = ({ module = '.' }: GoRecipe) => join(MODULE, module)
const cacheFolder = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'naru-tools')

function keyOf(name: GoTool, recipe: GoRecipe): string {
  const hash = createHash('sha256').update(readFileSync(join(moduleOf(recipe), 'go.sum')))
  if (recipe.package.startsWith('.')) {
    const folder = join(MODULE, recipe.package)
    for (const file of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, file)))
  }
  return hash
    .update(JSON.stringify([name, recipe, goArguments(recipe, ''), goEnvironment]))
    .digest('hex')
    .slice(0, 12)
}

function go(args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd,
      env: { ...process.env, ...goEnvironment },
      // Go's words go to stderr: stdout is the answer of this program.
      stdio: ['ignore', 2, 2],
    })
    child.once('error', (cause) => reject(new Error('go cannot be started; install Go 1.24 or newer', { cause })))
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`go ${args[0]} ${args.at(-1)} ended with ${code}`)),
    )
  })
}

if (import.meta.main) {
  const names = process.argv.slice(2)
  const unknown = names.filter((name) => !Object.hasOwn(goRecipes, name))
  if (names.length === 0 || unknown.length > 0) {
    process.stderr.write(`usage: build.ts ${Object.keys(goRecipes).join(' | ')} …\n`)
    process.exit(2)
  }
  for (const name of names as GoTool[])
    process.stdout.write(`${await buildGoTool(name, (line) => process.stderr.write(`${line}\n`))}\n`)
}
