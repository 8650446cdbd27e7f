/** All capabilities are dropped; only the one for low ports may be taken back. */
import { type CheckedPod, isWindows, named, namesWhere, type PodCheck, quoted, sorted } from '../check.ts'
import { capabilitiesBaseline } from './capabilities-baseline.ts'

const overrides = [capabilitiesBaseline.id]

export const capabilitiesRestricted: PodCheck = {
  id: 'capabilities_restricted',
  level: 'restricted',
  versions: [
    { since: 22, check, overrides },
    { since: 25, check: (pod) => (isWindows(pod) ? undefined : check(pod)), overrides },
  ],
}

function check(pod: CheckedPod) {
  const added = ({ securityContext }: CheckedPod['containers'][number]) =>
    (securityContext?.capabilities?.add ?? []).filter((capability) => capability !== 'NET_BIND_SERVICE')
  const keeping = namesWhere(pod, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'))
  const adding = namesWhere(pod, (container) => added(container).length > 0)
  const details: string[] = []
  if (keeping.length > 0)
    details.push(`${named('container', keeping)} must set securityContext.capabilities.drop=["ALL"]`)
  if (adding.length > 0) {
    const capabilities = quoted(sorted(pod.containers.flatMap(added)))
    details.push(`${named('container', adding)} must not include ${capabilities} in securityContext.capabilities.add`)
  }
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') }
}
