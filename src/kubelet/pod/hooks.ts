/** postStart and preStop. Source: Kubernetes v1.34, pkg/kubelet/lifecycle/handlers.go. */
import type { k8s } from '../../api/index.ts'
import type { Clock } from '../../lib/index.ts'
import { type CheckTarget, httpGet } from '../probes/check.ts'
import { podIdentity } from './names.ts'

/** A hook that nothing limits. */
const LONGEST_MS = 24 * 3_600_000

/** Rejects when the hook fails; of an HTTP hook any answer will do. `limitMs`: how long it may take. */
export async function runHook(
  handler: k8s.LifecycleHandler,
  target: CheckTarget,
  options: { clock: Clock; limitMs?: number; signal?: AbortSignal },
): Promise<void> {
  const limitMs = options.limitMs ?? LONGEST_MS
  if (handler.exec) {
    const command = handler.exec.command ?? []
    const { exitCode, stdout, stderr } = await target.runtime.exec(target.containerId, command, limitMs)
    if (exitCode !== 0) throw new Error(`command '${command.join(' ')}' exited with ${exitCode}: ${stdout}${stderr}`)
  } else if (handler.httpGet) await runHttpHook(handler.httpGet, target, limitMs)
  else if (handler.sleep) await options.clock.sleep(Math.min(handler.sleep.seconds * 1000, limitMs), options.signal)
}

/** What is said of a hook that failed. */
export function hookFailure(
  handler: k8s.LifecycleHandler,
  pod: k8s.Pod,
  { container, why }: { container: string; why: string },
): string {
  const { name, namespace, uid } = podIdentity(pod)
  const hook = handler.exec
    ? `Exec lifecycle hook ([${(handler.exec.command ?? []).join(' ')}])`
    : handler.httpGet
      ? `HTTP lifecycle hook (${handler.httpGet.path ?? ''})`
      : `Sleep lifecycle hook (${handler.sleep?.seconds ?? 0})`
  return `${hook} for Container "${container}" in Pod "${name}_${namespace}(${uid})" failed - error: ${why}`
}

/** A server that answers HTTPS in plain HTTP is asked again that way. */
async function runHttpHook(action: k8s.HTTPGetAction, target: CheckTarget, limitMs: number): Promise<void> {
  try {
    await httpGet(action, target, limitMs)
  } catch (error) {
    const code = (error as { cause?: { code?: string } }).cause?.code ?? ''
    if (action.scheme !== 'HTTPS' || !/^(ERR_SSL_WRONG_VERSION_NUMBER|EPROTO)$/.test(code)) throw error
    const httpHeaders = action.httpHeaders?.filter(({ name }) => name.toLowerCase() !== 'authorization')
    await httpGet({ ...action, scheme: 'HTTP', httpHeaders }, target, limitMs)
  }
}
