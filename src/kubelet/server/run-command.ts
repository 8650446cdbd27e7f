/** Answers POST /run/<namespace>/<pod>/[<uid>/]<container>?cmd=…: runs a command in a container and tells what it wrote.
 *  Source: Kubernetes v1.34, pkg/kubelet/server/server.go (getRun), pkg/kubelet/kuberuntime (RunInContainer). */
import { type Exchange, isApiError } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { type PodLookup, runningContainer, subjectOf } from '../streaming/subject.ts'
import { plainText } from './plain-text.ts'

/** Kubernetes waits for as long as it takes; whoever wants that asks for a stream. */
const TIMEOUT_MS = 120_000

export function runExchange({ runtime, pod }: { runtime: ContainerRuntime; pod: PodLookup }): Exchange {
  return async ({ method, url }) => {
    if (method !== 'POST') return plainText(405, '405: Method Not Allowed')
    const { pathname, searchParams } = new URL(url, 'http://kubelet')
    const command = (searchParams.get('cmd') ?? '').split(' ')
    try {
      const id = await runningContainer(runtime, pod, subjectOf(pathname))
      const { exitCode, stdout, stderr } = await runtime.exec(id, command, TIMEOUT_MS)
      if (exitCode === 0) return plainText(200, stdout + stderr)
      return plainText(500, `command '${command.join(' ')}' exited with ${exitCode}: ${stderr}`)
    } catch (error) {
      return plainText(isApiError(error) ? (error.status.code ?? 500) : 500, errorMessage(error))
    }
  }
}
