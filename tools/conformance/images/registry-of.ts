/** The registry of a running engine, with the right to push. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RegistryAddress } from '../../../src/images/index.ts'
import type { Paths } from '../../../src/lib/index.ts'

export async function registryOf({ stateDir, runDir }: Pick<Paths, 'stateDir' | 'runDir'>): Promise<RegistryAddress> {
  const engine = JSON.parse(await readFile(join(runDir, 'engine.json'), 'utf8')) as { registry: { address: string } }
  const password = (await readFile(join(stateDir, 'registry', 'password'), 'utf8')).trim()
  return { address: `http://${engine.registry.address}`, credentials: { username: 'naru', password } }
}
