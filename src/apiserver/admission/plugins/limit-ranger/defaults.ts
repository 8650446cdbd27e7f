/** What containers get that ask for nothing. Source: kubernetes v1.34, plugin/pkg/admission/limitranger/admission.go. */
import type { k8s } from '../../../../api/index.ts'

const ANNOTATION = 'kubernetes.io/limit-ranger'

/** Changes the pod, and says in an annotation what was set. */
export function applyLimitDefaults(pod: k8s.Pod, { spec }: k8s.LimitRange): void {
  const items = (spec?.limits ?? []).filter(({ type }) => type === 'Container')
  const limits = Object.assign({}, ...items.map((item) => item.default)) as Record<string, string>
  const requests = Object.assign({}, ...items.map((item) => item.defaultRequest)) as Record<string, string>
  // Not validated yet.
  const { containers = [], initContainers = [] } = pod.spec as Partial<k8s.PodSpec>
  const said = [
    ...containers.flatMap((container) => fill(container, 'container', { requests, limits })),
    ...initContainers.flatMap((container) => fill(container, 'init container', { requests, limits })),
  ]
  if (said.length === 0) return
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${said.join('; ')}`,
  }
}

type Amounts = Record<'requests' | 'limits', Record<string, string>>

function fill(container: k8s.Container, what: string, defaults: Amounts): string[] {
  return (['requests', 'limits'] as const).flatMap((part) => {
    const own = container.resources?.[part] ?? {}
    const missing = Object.keys(defaults[part]).filter((name) => !Object.hasOwn(own, name))
    if (missing.length === 0) return []
    const added = Object.fromEntries(missing.map((name) => [name, defaults[part][name] ?? '0']))
    container.resources = { ...container.resources, [part]: { ...own, ...added } }
    return [`${missing.sort().join(', ')} ${part === 'requests' ? 'request' : 'limit'} for ${what} ${container.name}`]
  })
}
