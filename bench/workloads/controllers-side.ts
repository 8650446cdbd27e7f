/** kube-apiserver and etcd with kube-controller-manager and kube-scheduler, all with their defaults. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openKubernetesSide } from '../../test/sides/kubernetes-side.ts'
import { openProgram } from '../../test/sides/program.ts'
import type { Side } from '../../test/sides/side.ts'

export interface Binaries {
  apiServer: string
  controllerManager: string
  scheduler: string
}

/** `folder` gets everything that is kept. Controllers and scheduler may still be starting when it resolves. */
export async function openControllersSide(binaries: Binaries, folder: string): Promise<Side> {
  await using opening = new AsyncDisposableStack()
  const api = opening.use(await openKubernetesSide(binaries.apiServer, folder))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, await kubeconfigFor(api), { mode: 0o600 })
  const pki = join(folder, 'pki')
  const manager = opening.use(
    await openProgram(
      binaries.controllerManager,
      [
        `--kubeconfig=${kubeconfig}`,
        `--service-account-private-key-file=${join(pki, 'accounts.key')}`,
        `--root-ca-file=${api.credentials.ca}`,
        '--bind-address=127.0.0.1',
      ],
      { log: join(folder, 'kube-controller-manager.log') },
    ),
  )
  const scheduler = opening.use(
    await openProgram(binaries.scheduler, [`--kubeconfig=${kubeconfig}`, '--bind-address=127.0.0.1'], {
      log: join(folder, 'kube-scheduler.log'),
    }),
  )
  const opened = opening.move()
  return {
    ...api,
    name: 'Kubernetes',
    pids: [...api.pids, manager.pid, scheduler.pid],
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function kubeconfigFor({ address, credentials }: Side): Promise<string> {
  const base64 = async (path: string) => (await readFile(path)).toString('base64')
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    clusters: [
      {
        name: 'bench',
        cluster: { server: `https://${address}`, 'certificate-authority-data': await base64(credentials.ca) },
      },
    ],
    users: [
      {
        name: 'bench',
        user: {
          'client-certificate-data': await base64(credentials.certificate),
          'client-key-data': await base64(credentials.key),
        },
      },
    ],
  })
}
