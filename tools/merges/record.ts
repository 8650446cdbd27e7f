/** Writes the golden file of server-side apply: what Kubernetes' own library makes of some scenarios.
 *
 *    bin/node24 tools/merges/record.ts            # src/api/apply/golden/merges.json
 *
 *  The library is a Go module (tools/go/mergerecorder); its schema is that of test/harness/golden-type.ts. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildGoTool } from '../go/build.ts'
import { makeScenarios } from './scenarios.ts'

const GOLDEN = fileURLToPath(new URL('../../src/api/apply/golden/merges.json', import.meta.url))
const SCENARIOS = 60
const SEED = 34

const scenarios = makeScenarios(SCENARIOS, SEED)
const recorder = await buildGoTool('mergerecorder', (line) => process.stderr.write(`${line}\n`))
const input = scenarios.map((steps) => JSON.stringify(steps)).join('\n')
const results = execFileSync(recorder, { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as object[])
const recorded = scenarios.map((steps, i) => steps.map((step, j) => ({ step, result: results[i]?.[j] })))
writeFileSync(GOLDEN, `[\n${recorded.map((steps) => JSON.stringify(steps)).join(',\n')}\n]\n`)
