/** A Secret of files as people may see it: what it will be filled in with stands as its placeholder. Pure. */
import type { k8s } from '../../api/index.ts'
import type { FilePart, SecretFiles } from './files.ts'

export const previewSecretFiles = ({ secret, files }: SecretFiles): k8s.Secret => ({
  ...secret,
  stringData: Object.fromEntries(Object.entries(files).map(([key, parts]) => [key, parts.map(shown).join('')])),
})

const shown = (part: FilePart): string => ('text' in part ? part.text : `\${${part.secret}.${part.key}}`)
