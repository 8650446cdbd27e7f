// `npm run check`: everything that must hold before a change lands, in the order in which failures are cheapest.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readImports, sourceFiles } from './layers/imports.ts'
import { checkLayers, findCycles } from './layers/rules.ts'

type Step = { name: string; run: () => boolean }

const node = process.execPath
const bin =
  (name: string, ...args: string[]) =>
  () =>
    spawnSync(`node_modules/.bin/${name}`, args, { stdio: 'inherit' }).status === 0
const script =
  (...args: string[]) =>
  () =>
    spawnSync(node, args, { stdio: 'inherit' }).status === 0

function layers(): boolean {
  const { modules } = JSON.parse(readFileSync('layers.json', 'utf8'))
  const files = sourceFiles('src').map((path) => ({ path, imports: readImports(path) }))
  const problems = [...checkLayers(modules, files), ...findCycles(files).map((cycle) => `import cycle: ${cycle}`)]
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  return problems.length === 0
}

const steps: Step[] = [
  { name: 'format', run: bin('biome', 'format', '.') },
  { name: 'layers', run: layers },
  { name: 'types', run: bin('tsc', '-p', '.') },
  { name: 'lint', run: bin('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'unused exports', run: bin('knip', '--no-progress') },
  { name: 'unit tests', run: script('node_modules/vitest/vitest.mjs', 'run') },
]
// The published documents are not part of the repository; where they are at hand, the generated data must match them.
if (existsSync('../shared/kubernetes-v1.34'))
  steps.splice(4, 0, { name: 'generated data', run: script('tools/generate-kubernetes.ts', '--verify') })

const only = process.argv.slice(2)
let failed = 0
for (const step of steps) {
  if (only.length > 0 && !only.includes(step.name)) continue
  const start = performance.now()
  const ok = step.run()
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${step.name} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`)
  if (!ok) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1
