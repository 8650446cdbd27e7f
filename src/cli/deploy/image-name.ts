/** What the image of a folder is called before it has a digest. */
import { REGISTRY_HOST } from '../../api/index.ts'

export const imageName = ({ namespace, name }: { namespace: string; name: string }): string =>
  `${REGISTRY_HOST}/${namespace}/${name}`
