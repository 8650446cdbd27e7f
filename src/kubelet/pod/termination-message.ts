/** What a container said as it ended: its termination message file, or the end of its log. Source: Kubernetes v1.34,
 *  pkg/kubelet/kuberuntime (limits in pkg/kubelet/container). */
import { chmod, mkdir, open, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { parseLogLine } from '../logs/line.ts'
import type { Mount } from '../runtime/runtime.ts'

const MESSAGE_LIMIT_BYTES = 4096
const LOG_LIMIT_BYTES = 2048
const LOG_LIMIT_LINES = 80

export const terminationMessageFile = (podDir: string, container: string, attempt: number): string =>
  join(podDir, 'messages', `${container}.${attempt}`)

/** An empty file for the message, that whoever the container runs as may write to, at its place in the container. */
export async function terminationMessageMount(container: k8s.Container, hostPath: string): Promise<Mount> {
  await mkdir(dirname(hostPath), { recursive: true })
  await writeFile(hostPath, '')
  await chmod(hostPath, 0o666)
  const containerPath = container.terminationMessagePath || '/dev/termination-log'
  return { containerPath, hostPath, readOnly: false, propagation: 'private' }
}

async function tail(path: string, bytes: number): Promise<string> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    const length = Math.min(size, bytes)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8')
  } catch {
    return ''
  }
}

export async function terminationMessage(
  container: k8s.Container,
  files: { messageFile: string; logFile: string },
  exitCode: number,
): Promise<string> {
  const message = await tail(files.messageFile, MESSAGE_LIMIT_BYTES)
  if (message !== '') return message
  if (container.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return ''
  const text = (await tail(files.logFile, 2 * LOG_LIMIT_BYTES + 64 * LOG_LIMIT_LINES))
    .split('\n')
    .flatMap((line) => parseLogLine(line)?.content ?? [])
    .slice(-LOG_LIMIT_LINES)
    .join('\n')
  return text.slice(-LOG_LIMIT_BYTES)
}
