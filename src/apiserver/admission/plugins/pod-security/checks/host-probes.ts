/** Probes and lifecycle hooks must not reach for other hosts: the kubelet would. */
import type { k8s } from '../../../../../api/index.ts'
import { type CheckedPod, named, namesWhere, plural, type PodCheck, quoted, sorted } from '../check.ts'

export const hostProbesAndHostLifecycle: PodCheck = {
  id: 'hostProbesAndHostLifecycle',
  level: 'baseline',
  versions: [{ since: 34, check }],
}

function check(pod: CheckedPod) {
  const bad = sorted(namesWhere(pod, (container) => hostsOf(container).length > 0))
  if (bad.length === 0) return undefined
  const hosts = sorted(pod.containers.flatMap(hostsOf))
  const use = bad.length === 1 ? 'uses' : 'use'
  const what = 'probe or lifecycle host'
  return { reason: what, detail: `${named('container', bad)} ${use} ${plural(what, hosts.length)} ${quoted(hosts)}` }
}

function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: k8s.Container): string[] {
  const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop]
  return handlers
    .flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host])
    .filter((host) => !!host) as string[]
}
