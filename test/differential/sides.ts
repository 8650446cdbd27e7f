/** kube-apiserver and Naru's API server, both empty but for what the cases count on. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../acceptance/harness/command.ts'
import { openKubernetesSide } from '../sides/kubernetes-side.ts'
import { openServerSide } from '../sides/server-side.ts'
import { buildGoTool } from '../../tools/go/build.ts'
import { NAMESPACE } from './case.ts'
import { type Call, type Connection, openConnection } from './connection.ts'

export interface Sides extends AsyncDisposable {
  ours: Connection
  theirs: Connection
}

/** Throws when kube-apiserver cannot be built or etcd is missing. */
export async function openSides(say: (line: string) => void): Promise<Sides> {
  const etcd = await runCommand('etcd', ['--version']).catch(() => undefined)
  if (etcd?.code !== 0) throw new Error('etcd is missing; install it with apt-get install etcd-server')
  const binary = await buildGoTool('kube-apiserver', say)
  await using opening = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'naru-differential-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const folders = { ours: join(folder, 'ours'), theirs: join(folder, 'theirs') }
  for (const path of Object.values(folders)) await mkdir(path)
  const started = await Promise.allSettled([openServerSide(folders.ours), openKubernetesSide(binary, folders.theirs)])
  for (const side of started) if (side.status === 'fulfilled') opening.use(side.value)
  const [ours, theirs] = started.map((side) => {
    if (side.status === 'rejected') throw side.reason
    return side.value
  })
  const connections = {
    ours: opening.use(await openConnection(ours as NonNullable<typeof ours>)),
    theirs: opening.use(await openConnection(theirs as NonNullable<typeof theirs>)),
  }
  for (const connection of Object.values(connections)) await prepare(connection)
  const opened = opening.move()
  return { ...connections, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** What controllers would have made. */
const PREPARED: readonly Call[] = [
  { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: NAMESPACE } } },
  ...['default', NAMESPACE].map((namespace) => ({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts`,
    body: { metadata: { name: 'default' } },
  })),
]

async function prepare(connection: Connection): Promise<void> {
  for (const call of PREPARED) {
    const { status, body } = await connection.send(call)
    if (status !== 201 && status !== 409)
      throw new Error(`${connection.name}, ${call.method} ${call.path}: ${status} ${JSON.stringify(body)}`)
  }
}
