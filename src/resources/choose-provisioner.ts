/** Which Provisioner makes a Resource: a stored one, else Naru's own. Pure. */
import { type BackingResource, DEFAULT_CLASS, type Provisioner } from '../api/index.ts'
import { ResourceFailure } from './errors.ts'

/** What a Resource asks for, and a Provisioner offers. */
export const kindKey = ({ type, class: name = DEFAULT_CLASS }: { type: string; class?: string | undefined }): string =>
  `${type}/${name}`

/** Of several stored ones the first by name. Throws ResourceFailure. */
export function chooseProvisioner(
  { spec }: Pick<BackingResource, 'spec'>,
  { stored, own }: { stored: readonly Provisioner[]; own: readonly Provisioner[] },
): Provisioner {
  const key = kindKey(spec)
  const byName = stored.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  const found = [...byName, ...own].find((provisioner) => kindKey(provisioner.spec) === key)
  if (found !== undefined) return found
  const known = [...new Set([...byName, ...own].map((provisioner) => kindKey(provisioner.spec)))].toSorted().join(', ')
  throw new ResourceFailure(
    'ProvisionerNotFound',
    `no Provisioner makes the type ${spec.type} of class ${spec.class ?? DEFAULT_CLASS}; there are: ${known || 'none'}`,
  )
}
