/** Hosts are of the namespace that asks for them first: what has them is stored, and what others want to write with one
 *  of them is refused, whatever its kind. So nobody gets a host by an older object that is changed later. With the last
 *  object that asks for it a host becomes free. Under `localhost` a name says of which namespace it is.
 *  Whose a name is, follows Routes of OpenShift (namespace ownership): a host with all its paths, a wildcard with all names
 *  under it. */
import {
  apiError,
  apps,
  GATEWAY_CLASS,
  gatewayApi,
  HOST_TAKEN,
  hostsOverlap,
  isGatewayOf,
  keyOf,
  namespaceOfHost,
  type ObjectRef,
  qualifiedName,
  refKey,
  type Resource,
  resources,
} from '../../api/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { HostReservations, Reservation } from '../registry/strategy.ts'
import type { StoreView, StoreViews } from '../server/store-view.ts'
import { type AskedHost, askedHosts, parentsOf } from './asked-hosts.ts'

interface Claim {
  readonly host: string
  readonly namespace: string
  /** The Gateway that lends it, as `namespace/name`. */
  readonly lender: string | undefined
  /** The Gateways that it is asked of. */
  readonly parents: readonly Required<ObjectRef>[] | undefined
}

const NOTHING: Reservation = { commit() {}, undo() {} }

export class HostClaims implements HostReservations {
  readonly #views: readonly StoreView[]
  readonly #namespaces: StoreView
  readonly #gateways: StoreView
  /** Of writes under way. */
  readonly #pending = new Set<readonly Claim[]>()

  constructor(views: Pick<StoreViews, 'of'>) {
    this.#views = KINDS.map(({ resource }) => views.of(resource))
    this.#namespaces = views.of(resources.namespaces)
    this.#gateways = views.of(gatewayApi.gateways)
  }

  /** Throws ApiError `Forbidden` with the cause `HostTaken` when the object asks for a host that it did not ask for
   *  before, and that is another namespace's. */
  reserve(resource: Pick<Resource, 'group' | 'plural'>, object: AnyObject, old: AnyObject | undefined): Reservation {
    const before = new Set(old === undefined ? [] : this.#asked(resource, old).map(({ host }) => host))
    const added = this.#asked(resource, object).filter(({ host }) => !before.has(host))
    if (added.length === 0) return NOTHING
    const { namespace = '' } = object.metadata
    const lenders = new Set(parentsOf(object)?.map(refKey))
    for (const asked of added) {
      const why = this.#refusal(asked, namespace, lenders)
      if (why !== undefined) throw refused(resource, object, asked, why)
    }
    const claims = claimsOf(object, added)
    this.#pending.add(claims)
    const end = () => void this.#pending.delete(claims)
    // When a write is durable the views show it already.
    return { commit: end, undo: end }
  }

  #asked(resource: Pick<Resource, 'group' | 'plural'>, object: AnyObject): AskedHost[] {
    return this.#isElsewhere(parentsOf(object)) ? [] : askedHosts(resource, object)
  }

  /** Whether all of them are Gateways of others. One that is not there yet may become ours. */
  #isElsewhere(parents: Claim['parents']): boolean {
    return (
      parents?.every((parent) => {
        const gateway = this.#gateways.get(parent) as gatewayApi.Gateway | undefined
        return gateway !== undefined && !isGatewayOf(gateway, GATEWAY_CLASS)
      }) ?? false
    )
  }

  #refusal({ host }: AskedHost, namespace: string, lenders: ReadonlySet<string>): string | undefined {
    const owner = namespaceOfHost(host)
    if (owner === namespace) return undefined
    if (owner !== undefined && this.#namespaces.get({ name: owner }) !== undefined)
      return `is by its name of the namespace ${owner}; choose another`
    for (const claim of this.#claims()) {
      if (claim.namespace === namespace || !hostsOverlap(claim.host, host)) continue
      if (claim.lender !== undefined && lenders.has(claim.lender)) continue
      if (this.#isElsewhere(claim.parents)) continue
      return 'is in use by another namespace, which asked for it first; choose another, or have it given up there'
    }
    return undefined
  }

  *#claims(): Iterable<Claim> {
    for (const claims of this.#pending) yield* claims
    for (const [index, view] of this.#views.entries()) yield* view.derived((KINDS[index] as Kind).claims)
  }
}

interface Kind {
  readonly resource: Resource
  readonly claims: (objects: readonly AnyObject[]) => readonly Claim[]
}

const KINDS: readonly Kind[] = [apps, gatewayApi.gateways, gatewayApi.httproutes, resources.ingresses].map(
  (resource) => ({
    resource,
    claims: (objects) => objects.flatMap((object) => claimsOf(object, askedHosts(resource, object))),
  }),
)

function claimsOf(object: AnyObject, hosts: readonly AskedHost[]): Claim[] {
  const { namespace = '' } = object.metadata
  const parents = parentsOf(object)
  return hosts.map(({ host, isLent }) => ({ host, namespace, lender: isLent ? keyOf(object) : undefined, parents }))
}

function refused(
  resource: Pick<Resource, 'group' | 'plural'>,
  { metadata: { name } }: AnyObject,
  { host, field }: AskedHost,
  why: string,
) {
  const message = `the host ${host} ${why}`
  return apiError(
    'Forbidden',
    `${qualifiedName(resource)} ${JSON.stringify(name)} is forbidden: ${field}: ${message}`,
    {
      subject: { group: resource.group, kind: resource.plural, name },
      causes: [{ reason: HOST_TAKEN, field, message }],
    },
  )
}
