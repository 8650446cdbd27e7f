/** The administrator's kubeconfig, from which the CLI takes the context `naru`. */
import { writeFileAtomically } from '../lib/index.ts'
import type { ApiConnection } from './edge-process.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Cluster, user and context are all named `naru`. The file holds a private key: mode 0600. */
export async function writeAdminKubeconfig(path: string, input: ApiConnection): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'naru',
    clusters: [{ name: 'naru', cluster: { server: input.server, 'certificate-authority-data': base64(input.caPem) } }],
    users: [
      {
        name: 'naru',
        user: { 'client-certificate-data': base64(input.certPem), 'client-key-data': base64(input.keyPem) },
      },
    ],
    contexts: [{ name: 'naru', context: { cluster: 'naru', user: 'naru', namespace: 'default' } }],
  }
  await writeFileAtomically(path, JSON.stringify(config, null, 2))
}
