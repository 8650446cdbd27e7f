/** Which certificates were given for which hosts. Pure. Sources: Gateway API v1.3, GatewayTLSConfig, ReferenceGrant;
 *  networking.k8s.io/v1 IngressTLS. */
import { gatewayApi, isIngressOf } from '../../api/index.ts'
import type { CertificateSnapshot, Snapshot } from '../snapshot.ts'
import { byAge, ingressHosts, type IsServed, routeListeners } from './host-claims.ts'
import type { ReadCertificate } from './read-tls-secret.ts'
import { mayRefer } from './reference-grants.ts'
import type { GivenCertificate } from './table.ts'

type Usable = Exclude<ReadCertificate, { problem: string }>

export interface ListenerCertificates {
  readonly usable: readonly Usable[]
  /** Condition reasons of `ResolvedRefs`, and why. */
  readonly problems: readonly { readonly reason: string; readonly message: string }[]
}

/** For hosts without one the gateway's own authority vouches, as far as it can. */
export function listenerCertificates(
  snapshot: CertificateSnapshot,
  gateway: gatewayApi.Gateway,
  listener: gatewayApi.GatewayListener,
): ListenerCertificates {
  const usable: Usable[] = []
  const problems: { reason: string; message: string }[] = []
  const { group: ownGroup, kind: ownKind } = gatewayApi.gateways
  const referrer = { group: ownGroup, kind: ownKind, namespace: gateway.metadata.namespace }
  for (const ref of listener.tls?.certificateRefs ?? []) {
    const { name, namespace = gateway.metadata.namespace, kind = 'Secret', group = '' } = ref
    const key = `${namespace}/${name}`
    if (kind !== 'Secret' || group !== '') {
      problems.push(invalid(`${kind} ${name} is not a Secret`))
      continue
    }
    if (!mayRefer(snapshot.grants, referrer, { kind, namespace, name })) {
      const message = `no ReferenceGrant in ${namespace} lets Gateways of ${gateway.metadata.namespace} use the Secret ${name}`
      problems.push({ reason: 'RefNotPermitted', message })
      continue
    }
    const read = snapshot.certificate(key)
    if (read === undefined)
      problems.push(invalid(`the Secret ${key} does not exist, or is not of the type kubernetes.io/tls`))
    else if ('problem' in read) problems.push(invalid(read.problem))
    else usable.push(read)
  }
  return { usable, problems }
}

const invalid = (message: string) => ({ reason: 'InvalidCertificateRef', message })

/** By host or `*.` and a domain. Each is for hosts of routes that are attached to the listener that names it, and so
 *  nobody gives one for another's host. Of two for one host that of the older route counts. */
export function givenCertificates(snapshot: Snapshot, isServed: IsServed): ReadonlyMap<string, GivenCertificate> {
  const given = new Map<string, GivenCertificate>()
  const put = (host: string, read: Usable | undefined, namespace: string | undefined) => {
    if (read !== undefined && !given.has(host) && isServed(host, namespace)) given.set(host, read.certificate)
  }
  for (const route of [...snapshot.routes].sort(byAge))
    for (const { gateway, listener, hosts } of routeListeners(snapshot, route)) {
      if (listener.tls?.certificateRefs === undefined) continue
      const { usable } = listenerCertificates(snapshot, gateway, listener)
      const [first] = usable
      for (const host of hosts)
        put(host, listener.hostname ? first : usable.find(({ names }) => cover(names, host)), route.metadata.namespace)
    }
  for (const ingress of snapshot.ingresses.filter((each) => isIngressOf(each, snapshot.className)).sort(byAge))
    for (const { hosts = [], secretName } of ingress.spec.tls ?? []) {
      const { namespace } = ingress.metadata
      const read = secretName === undefined ? undefined : snapshot.certificate(`${namespace}/${secretName}`)
      if (read === undefined || 'problem' in read) continue
      const named = hosts.map((host) => host.toLowerCase())
      for (const host of ingressHosts(ingress))
        if (cover(named.length > 0 ? named : read.names, host)) put(host, read, namespace)
    }
  return given
}

/** A `*` stands for one label. Source: RFC 9525, section 6.3. */
const cover = (names: readonly string[], host: string): boolean =>
  names.includes(host) || names.includes(`*${host.slice(host.indexOf('.'))}`)
