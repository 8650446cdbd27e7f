/** The Provisioners that a cluster would use: stored ones, and those that come with Naru. */
import { isApiError, type Provisioner, provisioners } from '../../api/index.ts'
import { chooseProvisioner, readProvisioners } from '../../resources/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import { CliError } from '../errors.ts'

/** Throws CliError `resourceTypeUnknown`. */
export async function provisionerFor(
  { client }: Pick<Cluster, 'client'>,
  { type, class: name, signal }: { type: string; class: string | undefined; signal: AbortSignal },
): Promise<Provisioner> {
  const own = await readProvisioners()
  const stored = await listStored(client, signal)
  const found = chooseProvisioner({ type, class: name }, { stored, own })
  if (found !== undefined) return found
  const known = [...new Set([...stored, ...own].map(kindOf))].toSorted().join(', ')
  throw CliError.of('resourceTypeUnknown', { type: kindOf({ spec: { type, class: name } }), known })
}

/** `postgres`, or `postgres (class big)`. */
const kindOf = ({ spec: { type, class: name = 'default' } }: Pick<Provisioner, 'spec'>): string =>
  name === 'default' ? type : `${type} (class ${name})`

/** Who may not see them still has those that come with Naru. */
async function listStored(client: Cluster['client'], signal: AbortSignal): Promise<Provisioner[]> {
  try {
    return (await client.list(provisioners, { signal })).items
  } catch (error) {
    if (isApiError(error, 'Forbidden')) return []
    throw error
  }
}
