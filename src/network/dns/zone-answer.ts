/** What the zone says, and the small pieces its parts build it from. */
import type { Answer, Question } from 'dns-packet'
import type { Cidr } from '../host/cidr.ts'
import type { ClusterView } from './cluster-view.ts'
import { TTL_SECONDS } from './records.ts'

export interface Zone {
  /** `cluster.local`, lower case, no trailing dot. */
  readonly domain: string
  readonly view: ClusterView
  /** Ranges whose reverse names never leave the cluster. */
  readonly ownCidrs: readonly Cidr[]
}

export interface ZoneAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN'
  readonly answers: readonly Answer[]
  readonly additionals: readonly Answer[]
  /** A CNAME's target outside the zone: the caller asks the world for it and appends what it says. */
  readonly chase?: string
}

/** There is no such name. */
export const NXDOMAIN: ZoneAnswer = { rcode: 'NXDOMAIN', answers: [], additionals: [] }
/** The name exists, with no records of the type asked for. */
export const NODATA: ZoneAnswer = { rcode: 'NOERROR', answers: [], additionals: [] }

export const withRecords = (answers: readonly Answer[]): ZoneAnswer => ({ ...NODATA, answers })

export const addressRecord = (name: string, address: string): Answer => ({
  name,
  type: 'A',
  ttl: TTL_SECONDS,
  data: address,
})

/** A records when they are asked for; a name with addresses has no records of other types. */
export function withAddresses(name: string, addresses: readonly string[], { type }: Question): ZoneAnswer {
  return withRecords(type === 'A' || type === 'ANY' ? addresses.map((address) => addressRecord(name, address)) : [])
}
