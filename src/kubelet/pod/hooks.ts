/** postStart and preStop. Source: Kubernetes v1.34, pkg/kubelet/lifecycle/handlers.go. */
import type { k8s } from '../../api/index.ts'
import type { Clock } from '../../lib/index.ts'
import { type CheckTarget, httpGet } from '../probes/check.ts'

const HOOK_TIMEOUT_MS = 30_000

/** Rejects when the hook fails. `limitMs`: how long it may take. */
export async function runHook(
  handler: k8s.LifecycleHandler,
  target: CheckTarget,
  options: { clock: Clock; limitMs?: number; signal?: AbortSignal },
): Promise<void> {
  const limitMs = options.limitMs ?? HOOK_TIMEOUT_MS
  if (handler.exec) {
    const command = handler.exec.command ?? []
    const { exitCode, stdout, stderr } = await target.runtime.exec(target.containerId, command, limitMs)
    if (exitCode !== 0) throw new Error(`command '${command.join(' ')}' exited with ${exitCode}: ${stdout}${stderr}`)
  } else if (handler.httpGet) {
    const { status } = await httpGet(handler.httpGet, target, limitMs)
    if (status < 200 || status >= 400) throw new Error(`HTTP hook answered ${status}`)
  } else if (handler.sleep) await options.clock.sleep(Math.min(handler.sleep.seconds * 1000, limitMs), options.signal)
}
