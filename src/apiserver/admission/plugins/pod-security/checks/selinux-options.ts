/** SELinux types that containers may have; no user and no role of their own. */
import type { k8s } from '../../../../../api/index.ts'
import { type CheckedPod, named, namesWhere, type PodCheck, setters, sorted } from '../check.ts'

const TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t']

export const seLinuxOptions: PodCheck = {
  id: 'seLinuxOptions',
  level: 'baseline',
  versions: [
    { since: 0, check: (pod) => check(pod, TYPES) },
    { since: 31, check: (pod) => check(pod, [...TYPES, 'container_engine_t']) },
  ],
}

function check(pod: CheckedPod, allowed: readonly string[]) {
  const badType = ({ type = '' }: k8s.SELinuxOptions) => !allowed.includes(type)
  const isBad = (options: k8s.SELinuxOptions | undefined) =>
    options !== undefined && (badType(options) || !!options.user || !!options.role)
  const own = pod.spec.securityContext?.seLinuxOptions
  const bad = namesWhere(pod, ({ securityContext }) => isBad(securityContext?.seLinuxOptions))
  const who = setters(isBad(own), bad)
  if (who === '') return undefined
  const all = [own, ...pod.containers.map(({ securityContext }) => securityContext?.seLinuxOptions)].flatMap(
    (options) => options ?? [],
  )
  const types = sorted(all.filter(badType).map(({ type = '' }) => type))
  const data = [
    ...(types.length > 0 ? [named('type', types)] : []),
    ...(all.some(({ user }) => !!user) ? ['user may not be set'] : []),
    ...(all.some(({ role }) => !!role) ? ['role may not be set'] : []),
  ]
  return {
    reason: 'seLinuxOptions',
    detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`,
  }
}
