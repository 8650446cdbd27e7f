/** kube-apiserver with its defaults and one etcd, as Kubernetes runs them on one machine. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../src/lib/index.ts'
import { openCertificateAuthority } from '../../src/apiserver/certificates/authority.ts'
import { openProgram } from './program.ts'
import { freePort, type Side, untilReady } from './side.ts'

/** What Service addresses are from; the first is in the server's certificate. */
const SERVICES = '10.96.0.0/16'

/** `binary`: kube-apiserver's. `folder` gets certificates, logs and etcd's data. */
export async function openKubernetesSide(binary: string, folder: string): Promise<Side> {
  await using opening = new AsyncDisposableStack()
  const pki = join(folder, 'pki')
  await mkdir(pki, { recursive: true })
  const authority = await openCertificateAuthority(pki, systemClock)
  await authority.serverPair('apiserver', {
    commonName: 'kube-apiserver',
    hosts: ['127.0.0.1', 'localhost', '10.96.0.1'],
  })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(join(pki, 'accounts.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
  await authority.clientPair('admin', { user: 'admin', groups: ['system:masters'] })

  const ports = { etcd: await freePort(), etcdPeer: await freePort(), api: await freePort() }
  const start = performance.now()
  const etcd = opening.use(
    await openProgram('etcd', etcdFlags(join(folder, 'etcd'), ports), { log: join(folder, 'etcd.log') }),
  )
  const server = opening.use(
    await openProgram(binary, serverFlags(pki, ports), { log: join(folder, 'kube-apiserver.log') }),
  )
  const address = `127.0.0.1:${ports.api}`
  const readyMs = await untilReady(address, start, () => etcd.failure() ?? server.failure())
  const opened = opening.move()
  return {
    name: 'kube-apiserver',
    address,
    credentials: { ca: join(pki, 'ca.crt'), certificate: join(pki, 'admin.crt'), key: join(pki, 'admin.key') },
    pids: [etcd.pid, server.pid],
    readyMs,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

interface Ports {
  etcd: number
  etcdPeer: number
  api: number
}

function etcdFlags(data: string, ports: Ports): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`
  const peer = `http://127.0.0.1:${ports.etcdPeer}`
  return [
    `--data-dir=${data}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--quota-backend-bytes=8589934592',
    '--logger=zap',
  ]
}

function serverFlags(pki: string, ports: Ports): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=10.0.0.1',
    `--secure-port=${ports.api}`,
    `--tls-cert-file=${join(pki, 'apiserver.crt')}`,
    `--tls-private-key-file=${join(pki, 'apiserver.key')}`,
    `--client-ca-file=${join(pki, 'ca.crt')}`,
    '--authorization-mode=Node,RBAC',
    `--service-cluster-ip-range=${SERVICES}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(pki, 'accounts.key')}`,
    `--service-account-signing-key-file=${join(pki, 'accounts.key')}`,
  ]
}
