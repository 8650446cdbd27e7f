// The program `naru`: connects one run of the command line to this process.
import { enableCompileCache } from 'node:module'
import { systemClock } from '../lib/index.ts'
import { compileCacheDir } from './compile-cache.ts'

// A purge leaves no file behind, so it must not make any either.
if (!process.argv.includes('--purge')) enableCompileCache(compileCacheDir(process.env))
const { runCli } = await import('./run-cli.ts')

const interrupt = new AbortController()
let interruptedAt = 0
const onSignal = () => {
  // The launcher passes on what the terminal has sent to both of us; a second Ctrl-C is one that comes later.
  if (interruptedAt !== 0 && Date.now() - interruptedAt > 500) process.exit(130)
  interruptedAt ||= Date.now()
  interrupt.abort()
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  clock: systemClock,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
})
