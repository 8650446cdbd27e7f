/** Gives a volume to the group that the pod's processes have (`fsGroup`). Other pods may be writing in it meanwhile: no
 *  link is followed. Source: kubernetes v1.34, pkg/volume/volume_linux.go. */
import { constants } from 'node:fs'
import { chmod, chown, type FileHandle, open, readdir } from 'node:fs/promises'
import { hasErrno } from '../../lib/index.ts'
import { descriptorPath, openChild } from './descriptors.ts'

const READ_WRITE = 0o660
const READ = 0o440
/** New files get the directory's group, and the group may enter. */
const DIRECTORY = 0o2110

export interface Ownership {
  fsGroup: number
  /** Nobody but the kubelet writes there. */
  readOnly?: boolean
  /** `OnRootMismatch`: a volume whose root is as it should be is taken to be so throughout. */
  changePolicy?: string | undefined
}

export async function setOwnership(root: string, ownership: Ownership): Promise<void> {
  const place = await open(root, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    if (ownership.changePolicy === 'OnRootMismatch' && (await isSet(place, ownership))) return
    await setBelow(place, ownership)
    // The root goes last: what is interrupted before, is begun again.
    await setOne(place, ownership)
  } finally {
    await place.close()
  }
}

const bitsOf = ({ readOnly }: Ownership, isDirectory: boolean) =>
  (readOnly === true ? READ : READ_WRITE) | (isDirectory ? DIRECTORY : 0)

async function isSet(place: FileHandle, ownership: Ownership): Promise<boolean> {
  const { gid, mode } = await place.stat()
  const bits = bitsOf(ownership, true)
  return gid === ownership.fsGroup && (mode & bits) === bits
}

async function setBelow(directory: FileHandle, ownership: Ownership): Promise<void> {
  for (const name of await readdir(descriptorPath(directory))) {
    let place: FileHandle
    try {
      place = await openChild(directory, name)
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) continue
      throw error
    }
    try {
      const found = await place.stat()
      if (found.isSymbolicLink()) continue
      if (found.isDirectory()) await setBelow(place, ownership)
      await setOne(place, ownership)
    } finally {
      await place.close()
    }
  }
}

async function setOne(place: FileHandle, ownership: Ownership): Promise<void> {
  const found = await place.stat()
  const path = descriptorPath(place)
  // Changing the owner clears bits of the mode, so it comes first.
  await chown(path, found.uid, ownership.fsGroup)
  await chmod(path, (found.mode & 0o7777) | bitsOf(ownership, found.isDirectory()))
}
