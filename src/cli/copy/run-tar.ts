/** Runs tar in a container: every image that Naru assembles has it, as most others do. */
import { PassThrough, type Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { k8s } from '../../api/index.ts'
import { runCommandStream } from '../../client/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import { CliError } from '../errors.ts'
import { commandFailure } from '../run/command-failure.ts'

export interface PodContainer {
  cluster: Cluster
  pod: k8s.Pod
  signal: AbortSignal
}

/** What shells and runtimes say of a command that is not there. */
const NOT_FOUND = new Set([126, 127])

/** Throws CliError `copyNoTar`, `copyFailed` with what it has said. */
export async function runTar(
  target: PodContainer,
  { words, stdin, stdout }: { words: readonly string[]; stdin?: Readable; stdout?: Writable },
): Promise<void> {
  const { code, said } = await runIn(target, { command: ['tar', ...words], stdin, stdout })
  if (NOT_FOUND.has(code)) throw CliError.of('copyNoTar', { pod: target.pod.metadata.name })
  if (code !== 0) throw CliError.of('copyFailed', { reason: firstLine(said) || `tar: exit ${code}` })
}

/** Whether a path is a folder there; where nobody can say, it is not. */
export async function isRemoteFolder(target: PodContainer, path: string): Promise<boolean> {
  const { code } = await runIn(target, { command: ['test', '-d', path] })
  return code === 0
}

async function runIn(
  { cluster: { connection }, pod, signal }: PodContainer,
  {
    command,
    stdin,
    stdout,
  }: { command: readonly string[]; stdin?: Readable | undefined; stdout?: Writable | undefined },
): Promise<{ code: number; said: string }> {
  const { namespace = '', name } = pod.metadata
  const query = new URLSearchParams({ container: pod.spec?.containers[0]?.name ?? '', stdout: 'true', stderr: 'true' })
  if (stdin !== undefined) query.set('stdin', 'true')
  for (const word of command) query.append('command', word)
  const stderr = new PassThrough()
  const said = text(stderr)
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query.toString()}`
  try {
    const code = await runCommandStream({ connection, path, stdin, stdout: stdout ?? nowhere(), stderr, signal })
    stderr.end()
    return { code, said: await said }
  } catch (error) {
    stderr.destroy()
    await said.catch(() => {})
    const failure = commandFailure(error, { pod: name, command })
    if (failure instanceof CliError) return { code: failure.exitCode, said: '' }
    throw error
  }
}

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

/** The cause; what follows is that there was one. */
const firstLine = (said: string): string => said.trim().split('\n')[0] ?? ''
