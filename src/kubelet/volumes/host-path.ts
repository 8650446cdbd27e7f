/** hostPath volumes: what must be there, and what is made. Source: kubernetes v1.34, pkg/volume/hostpath. */
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import type { k8s } from '../../api/index.ts'
import { failed } from './failed.ts'

export async function prepareHostPath({ path, type = '' }: k8s.HostPathVolumeSource): Promise<string> {
  const present = await stat(path).catch(() => undefined)
  const require = (ok: boolean | undefined, what: string) => {
    if (!ok) throw failed(`hostPath type check failed: ${path} is not ${what}`)
  }
  if (type === 'DirectoryOrCreate' && present === undefined) {
    await mkdir(path, { recursive: true })
    await chmod(path, 0o755)
  } else if (type === 'FileOrCreate' && present === undefined) {
    // Where its directory is missing, something else is wrong: that is not made.
    await writeFile(path, '', { flag: 'a', mode: 0o644 })
  } else if (type.startsWith('Directory')) require(present?.isDirectory(), 'a directory')
  else if (type.startsWith('File')) require(present?.isFile(), 'a file')
  else if (type === 'Socket') require(present?.isSocket(), 'a socket file')
  else if (type === 'CharDevice') require(present?.isCharacterDevice(), 'a character device')
  else if (type === 'BlockDevice') require(present?.isBlockDevice(), 'a block device')
  return path
}
