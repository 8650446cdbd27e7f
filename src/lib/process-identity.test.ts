import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Looks at itself before and while it has no file left. */
const PROGRAM = `
  const { openSync } = await import('node:fs')
  const { identifyProcess, isAlive } = await import(${JSON.stringify(import.meta.resolve('./process-identity.ts'))})
  const self = identifyProcess(process.pid)
  const look = () => { try { return String(isAlive(self)) } catch (error) { return error.code } }
  const before = look()
  try { for (;;) openSync('/dev/null') } catch {}
  const then = look()
  process.stdout.write(before + ', then ' + then)
`

it('nobody is taken for dead because no file is left to ask with', async () => {
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM]
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n 64 && exec "$@"', 'sh', ...program])
  expect(stdout).toBe('true, then EMFILE')
})
