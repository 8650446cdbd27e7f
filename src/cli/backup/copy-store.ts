/** A copy of the store: through the API of the engine that runs, else from the file itself. */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { loadKubeconfig, openHttpsExchange } from '../../client/index.ts'
import { openSqliteStore } from '../../store/index.ts'
import type { CommandContext } from '../context.ts'
import { readEngine } from '../engine/engine-info.ts'
import { adminKubeconfig } from '../engine/naru-context.ts'
import { CliError } from '../errors.ts'
import { CONTEXT } from '../kubeconfig/context-name.ts'
import { STORE } from './archive.ts'

/** `onBytes` is told how much has been copied. Throws CliError `apiRefused`, StoreError. */
export async function copyStore(
  context: CommandContext,
  target: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { paths, signal } = context
  if ((await readEngine(paths)) === undefined) {
    await using store = await openSqliteStore({ path: join(paths.stateDir, STORE) })
    await store.backUp(target)
    return
  }
  const { connection } = await loadKubeconfig(adminKubeconfig(paths), CONTEXT)
  await using exchange = openHttpsExchange(connection)
  const response = await exchange({ method: 'GET', url: '/naru/backup', headers: {}, body: '', signal })
  const { body } = response
  if (response.status !== 200 || typeof body === 'string' || body instanceof Uint8Array)
    throw CliError.of('apiRefused', { reason: `GET /naru/backup answered ${response.status}` })
  let bytes = 0
  const counted = Readable.from(body).on('data', (chunk: Uint8Array) => onBytes((bytes += chunk.length)))
  await pipeline(counted, createWriteStream(target, { mode: 0o600 }))
}
