/** Removes the directory of a volume that is released, then the volume. The finalizer holds the volume until then, also
 *  where somebody deletes it before its claim. */
import { readdir, rename, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isApiError, type k8s, resources, volumeAnnotations } from '../../api/index.ts'
import { hasErrno, removeFolder } from '../../lib/index.ts'
import { directoryOf, isOurs, type LocalPaths } from './provisioner.ts'

const { PROVISIONER_FINALIZER } = volumeAnnotations
/** Directories on their way out: a claim of the same name never sees them. */
const TRASH = '.deleted-'

export async function reclaim(paths: LocalPaths, volume: k8s.PersistentVolume): Promise<void> {
  if (!isOurs(volume)) return
  const { persistentVolumeReclaimPolicy: policy, local } = volume.spec
  const finalizers = volume.metadata.finalizers ?? []
  // Who keeps the data, removes it; nothing is to be waited for.
  if (policy !== 'Delete' && finalizers.includes(PROVISIONER_FINALIZER)) return dropFinalizer(paths, volume)
  if (policy !== 'Delete' || volume.status?.phase !== 'Released' || !isHere(paths, volume)) return
  const { name } = volume.metadata
  const directory = directoryOf(paths, name)
  // Volumes are anybody's to write who may: only what was made here is removed.
  if (local?.path !== directory) {
    paths.record(
      volume,
      'PersistentVolume',
      'Warning',
      'VolumeFailedDelete',
      `the path ${JSON.stringify(local?.path ?? '')} is not the directory of the volume ${JSON.stringify(name)}`,
    )
    return
  }
  await remove(paths.root, name)
  await unlessGone(paths.client.delete(resources.persistentvolumes, volume.metadata))
  await dropFinalizer(paths, volume)
}

function isHere({ nodeName }: LocalPaths, { spec }: k8s.PersistentVolume): boolean {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? []
  return terms.some(({ matchExpressions = [] }) => matchExpressions.some(({ values }) => values?.includes(nodeName)))
}

async function remove(root: string, name: string): Promise<void> {
  const trash = join(root, `${TRASH}${name}`)
  await rename(join(root, name), trash).catch((error: unknown) => {
    if (!hasErrno(error, 'ENOENT')) throw error
  })
  await removeFolder(trash)
}

async function dropFinalizer({ client }: LocalPaths, { metadata }: k8s.PersistentVolume): Promise<void> {
  await unlessGone(
    (async () => {
      const fresh = await client.get(resources.persistentvolumes, metadata)
      const finalizers = (fresh.metadata.finalizers ?? []).filter((one) => one !== PROVISIONER_FINALIZER)
      if (finalizers.length === (fresh.metadata.finalizers ?? []).length) return
      await client.update(resources.persistentvolumes, { ...fresh, metadata: { ...fresh.metadata, finalizers } })
    })(),
  )
}

async function unlessGone(writing: Promise<unknown>): Promise<void> {
  try {
    await writing
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}

/** What a sudden end left: directories on their way out, and new ones whose volume was never written. The latter are
 *  empty; anything else stays, for nobody knows whose it is. Resolves to why some of the former stay: the next start tries
 *  again. */
export async function sweep(root: string, isKnown: (volumeName: string) => boolean): Promise<unknown[]> {
  const failures: unknown[] = []
  for (const name of await readdir(root)) {
    if (name.startsWith(TRASH)) await removeFolder(join(root, name)).catch((error: unknown) => failures.push(error))
    else if (!isKnown(name)) await rmdir(join(root, name)).catch(() => {})
  }
  return failures
}
