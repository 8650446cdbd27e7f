/** What a container said as it ended: its termination message file, or the end of its log. Source: Kubernetes v1.34,
 *  pkg/kubelet/kuberuntime (limits in pkg/kubelet/container). */
import { open } from 'node:fs/promises'
import type { k8s } from '../../api/index.ts'
import { parseLogLine } from '../logs/line.ts'

const MESSAGE_LIMIT_BYTES = 4096
const LOG_LIMIT_BYTES = 2048
const LOG_LIMIT_LINES = 80

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
