/** Copies a file or a folder into a container, or out of it. */
import { cp, lstat, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { errorMessage, hasErrno } from '../../lib/index.ts'
import { CliError } from '../errors.ts'
import { type Copied, openPack, packTree } from './pack.ts'
import { splitRemote } from './place.ts'
import { isRemoteFolder, type PodContainer, runTar } from './run-tar.ts'
import { unpackTree } from './unpack.ts'

export interface Paths {
  local: string
  remote: string
}

/** Into a folder that is there, else under the name given. Throws CliError `copyFailed`, `copyNoTar`. */
export async function copyUp(target: PodContainer, { local, remote }: Paths): Promise<Copied> {
  await lstat(local).catch((error: unknown) => {
    throw CliError.of('copyFailed', { reason: errorMessage(error) }, { cause: error })
  })
  const isFolder = /(^|\/)\.{0,2}$/.test(remote) || (await isRemoteFolder(target, remote))
  const { folder, name } = isFolder ? { folder: remote, name: undefined } : splitRemote(remote)
  const tar = openPack()
  const packing = packTree(tar, local, name ?? basename(resolve(local)))
  const sending = runTar(target, { words: ['-xmf', '-', '-C', folder], stdin: Readable.from(tar) })
  // Whoever fails first says why; the other one must not wait for ever.
  packing.catch(() => {})
  sending.catch(() => tar.destroy())
  const copied = await Promise.race([packing, sending.then(() => packing)])
  await sending
  return copied
}

/** Likewise. What breaks off leaves nothing. */
export async function copyDown(source: PodContainer, { local, remote }: Paths): Promise<Copied> {
  const { folder, name } = splitRemote(remote)
  const isFolder = await isHere(local, (found) => found.isDirectory())
  const target = isFolder && name !== undefined ? join(local, name) : local
  const partial = await mkdtemp(join(dirname(resolve(target)), '.naru-cp-')).catch((error: unknown) => {
    throw CliError.of('copyFailed', { reason: errorMessage(error) }, { cause: error })
  })
  try {
    const whole = join(partial, 'it')
    const copied = await receive(source, { words: ['-cf', '-', '-C', folder, name ?? '.'], whole })
    await moveTo(whole, target)
    return copied
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** What cannot be unpacked is not sent any further. */
async function receive(
  source: PodContainer,
  { words, whole }: { words: readonly string[]; whole: string },
): Promise<Copied> {
  const [bytes, tar, failed] = [new PassThrough(), extract(), new AbortController()]
  const unpacking = Promise.all([unpackTree(tar, whole), pipeline(bytes, tar)])
  unpacking.catch((error: unknown) => failed.abort(error))
  const signal = AbortSignal.any([source.signal, failed.signal])
  try {
    await runTar({ ...source, signal }, { words, stdout: bytes })
  } catch (error) {
    if (!failed.signal.aborted) throw error
  } finally {
    bytes.end()
  }
  try {
    const [copied] = await unpacking
    return copied
  } catch (error) {
    throw CliError.of('copyFailed', { reason: errorMessage(error) }, { cause: error })
  }
}

/** A folder is merged into one that is there; a file takes the place of a file. */
async function moveTo(whole: string, target: string): Promise<void> {
  const isMerged = await isHere(target, (found) => found.isDirectory())
  if (isMerged) await cp(whole, target, { recursive: true, force: true, verbatimSymlinks: true })
  else await rename(whole, target)
}

async function isHere(path: string, is: (found: Awaited<ReturnType<typeof stat>>) => boolean): Promise<boolean> {
  try {
    return is(await stat(path))
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}
