/** Kinds that ask for hosts: what an object of another namespace has they do not get. */
import type { Resource } from '../../../api/index.ts'
import type { Strategy } from '../strategy.ts'

/** The check and the claim are one step, right before the write: of two that ask at once, one is refused. */
export const claimsHosts = (resource: Pick<Resource, 'group' | 'plural'>): Strategy => ({
  reserve: (object, old, { hosts }) => hosts.reserve(resource, object, old),
})
