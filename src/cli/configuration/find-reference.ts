/** Finds what `--from` names: `db.host` of a Resource, `cart.url` of another app. */
import { apps, type BackingResource, backingResources, isApiError, resources } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import { CliError } from '../errors.ts'
import { unknownOutput } from '../resources/unknown-output.ts'
import { unknownResource } from '../resources/resources-of.ts'
import type { Reference } from './references.ts'

const EXPECTED = 'db.host, cart.url'

export interface FoundReference {
  reference: Reference
  /** All that the namespace has, where it is of one. */
  known: readonly BackingResource[]
  resource: BackingResource | undefined
}

/** A Resource goes before an app of its name. Throws CliError `badOptionValue`, `outputUnknown`, `outputUnknownNone`, `resourceUnknown`,
 *  `resourceUnknownNone`. */
export async function findReference(
  { client, namespace }: Pick<Cluster, 'client' | 'namespace'>,
  from: string,
  signal: AbortSignal,
): Promise<FoundReference> {
  const [, name, key] = /^([a-z0-9-]+)\.([-._a-zA-Z0-9]+)$/.exec(from) ?? []
  if (name === undefined || key === undefined)
    throw CliError.of('badOptionValue', { option: '--from', value: from, expected: EXPECTED })
  const known = (await client.list(backingResources, { namespace, signal })).items
  const resource = known.find(({ metadata }) => metadata.name === name)
  if (resource !== undefined) {
    const secret = resource.status?.binding?.name
    const { data = {} } = secret ? await client.get(resources.secrets, { namespace, name: secret }, { signal }) : {}
    if (!Object.hasOwn(data, key)) throw unknownOutput(name, key, data)
    return { reference: { resource: name, key }, known, resource }
  }
  if (!(await isApp({ client, namespace }, name, signal))) throw unknownResource({ namespace, name }, known)
  const host = `${name}.${namespace}.svc`
  const value = { host, port: '80', url: `http://${host}` }[key]
  if (value === undefined) throw CliError.of('outputUnknown', { resource: name, output: key, known: 'host, port, url' })
  return { reference: { app: name, value }, known, resource: undefined }
}

async function isApp({ client, namespace }: Pick<Cluster, 'client' | 'namespace'>, name: string, signal: AbortSignal) {
  try {
    await client.get(apps, { namespace, name }, { signal })
    return true
  } catch (error) {
    if (isApiError(error, 'NotFound')) return false
    throw error
  }
}
