/** Which Provisioner makes a Resource: a stored one, else Naru's own. Pure. */
import { type BackingResource, DEFAULT_CLASS, type Provisioner } from '../api/index.ts'

/** What a Resource asks for, and a Provisioner offers. */
export const kindKey = ({ type, class: name = DEFAULT_CLASS }: { type: string; class?: string | undefined }): string =>
  `${type}/${name}`

/** Of several stored ones the first by name. */
export function chooseProvisioner(
  wished: Pick<BackingResource['spec'], 'type' | 'class'>,
  { stored, own }: { stored: readonly Provisioner[]; own: readonly Provisioner[] },
): Provisioner | undefined {
  const key = kindKey(wished)
  const byName = stored.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  return [...byName, ...own].find((provisioner) => kindKey(provisioner.spec) === key)
}
