/** Our API server and its store alone, with the settings the engine gives its process: what kube-apiserver and etcd are
 *  without controllers. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../acceptance/harness/command.ts'
import { openProgram } from './program.ts'
import { freePort, type Side, untilReady } from './side.ts'

const PROGRAM = join(import.meta.dirname, 'serve.ts')
/** Those of src/cli/engine/engine-process.ts. */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4']

export async function openServerSide(folder: string): Promise<Side> {
  const own = join(folder, 'server')
  await mkdir(own)
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const log = join(folder, 'server.log')
  const start = performance.now()
  const program = await openProgram(process.execPath, [...FLAGS, PROGRAM, own, String(port)], {
    log,
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  })
  const readyMs = await untilReady(address, start, () => program.failure())
  await eventually('the server writes its credentials', async () => (await readFile(log, 'utf8')).includes('ready'))
  return {
    name: 'Naru',
    address,
    credentials: { ca: join(own, 'ca.crt'), certificate: join(own, 'admin.crt'), key: join(own, 'admin.key') },
    pids: [program.pid],
    readyMs,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}
