/** `naru port-forward`: a port of this machine that leads to a port of an app's pod. */
import { createServer, type Server, type Socket } from 'node:net'
import { APP_LABEL } from '../../api/index.ts'
import { joinPort } from '../../client/index.ts'
import { errorMessage, hasErrno } from '../../lib/index.ts'
import { runningPod } from '../app/running-pod.ts'
import { openTarget } from '../app/target.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'

const HOST = '127.0.0.1'

export const portForward: CommandRun = async (context, { words, options }) => {
  const { t, console, signal } = context
  const ports = parsePorts(words[0])
  await using target = await openTarget(context, options.app)
  const { cluster, app } = target
  const pod = await runningPod(cluster, app, { process: options.process, signal })
  const remote = ports?.remote ?? pod.spec?.containers[0]?.ports?.[0]?.containerPort
  if (remote === undefined) throw CliError.of('missingArgument', USAGE)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    const { connection } = cluster
    joinPort({ connection, pod: pod.metadata, port: remote, local: socket }).catch((error: unknown) =>
      console.note(t('portForward.failed', { reason: errorMessage(error) })),
    )
  })
  const port = await listen(server, ports?.local ?? remote)
  console.line(t('portForward.open', { local: `${HOST}:${port}`, pod: pod.metadata.name, port: remote }))
  console.document({ app: pod.metadata.labels?.[APP_LABEL], pod: pod.metadata.name, host: HOST, port, remote })
  await untilAborted(signal)
  server.close()
  for (const socket of sockets) socket.destroy()
  return 0
}

const USAGE = { argument: 'port', command: 'port-forward', usage: 'naru port-forward [local:]port' }

/** `5432`, `15432:5432`, `0:5432` for any that is free. Undefined for nothing: the port of the process. */
function parsePorts(word: string | undefined): { local: number; remote: number } | undefined {
  if (word === undefined) return undefined
  const [, local, remote = ''] = /^(?:(\d{1,5}):)?(\d{1,5})$/.exec(word) ?? []
  const ports = { local: Number(local ?? remote), remote: Number(remote) }
  if (remote === '' || ports.remote < 1 || ports.remote > 65_535 || ports.local > 65_535)
    throw CliError.of('badOptionValue', { option: 'port', value: word, expected: '8080, 15432:5432' })
  return ports
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(hasErrno(error, 'EADDRINUSE', 'EACCES') ? CliError.of('portUnusable', { port }, { cause: error }) : error),
    )
    server.listen(port, HOST, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

const untilAborted = (signal: CommandContext['signal']): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
