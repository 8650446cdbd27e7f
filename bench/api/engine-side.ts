/** The engine as `naru up` starts it, whole: controllers, scheduler and kubelet run in the measured process. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { openInstallation } from '../../test/acceptance/harness/installation.ts'
import { freePort, type Side, untilReady } from '../../test/sides/side.ts'

/** `folder` gets the credentials. */
export async function openEngineSide(folder: string): Promise<Side> {
  await using opening = new AsyncDisposableStack()
  const port = String(await freePort())
  const naru = opening.use(
    await openInstallation({
      parent: folder,
      env: { NARU_RUNTIME: 'process', NARU_API_PORT: port, NARU_GATEWAY_PORT: String(await freePort()) },
    }),
  )
  // Fills Node's compile cache, as `naru doctor --fix` does, and is gone again: the next start is from nothing but that.
  await naru.mustNaru('up')
  await naru.mustNaru('down', '--purge')
  const address = `127.0.0.1:${port}`
  const up = naru.startNaru('up')
  const readyMs = await untilReady(address, performance.now(), () =>
    up.child.exitCode !== null && up.child.exitCode !== 0 ? up.output() : undefined,
  )
  const result = await up.result
  if (result.code !== 0) throw new Error(result.stderr)
  const credentials = await writeCredentials(join(naru.stateDir, 'admin.kubeconfig'), folder)
  const { pid } = await naru.engine()
  const opened = opening.move()
  return {
    name: 'the engine',
    address,
    credentials,
    pids: [pid],
    readyMs,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

interface Kubeconfig {
  clusters: [{ cluster: { 'certificate-authority-data': string } }]
  users: [{ user: { 'client-certificate-data': string; 'client-key-data': string } }]
}

async function writeCredentials(kubeconfig: string, folder: string): Promise<Side['credentials']> {
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig
  const write = async (name: string, base64: string) => {
    const path = join(folder, name)
    await writeFile(path, Buffer.from(base64, 'base64'), { mode: 0o600 })
    return path
  }
  return {
    ca: await write('naru-ca.crt', clusters[0].cluster['certificate-authority-data']),
    certificate: await write('naru-admin.crt', users[0].user['client-certificate-data']),
    key: await write('naru-admin.key', users[0].user['client-key-data']),
  }
}
