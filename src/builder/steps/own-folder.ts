/** What commands of a build have left behind, found without being led elsewhere. */
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'

/** The folder at a path of a workspace; undefined when there is none, or a link is on the way: commands are not trusted,
 *  and a link would let them put any file of this machine into the image. */
export async function ownFolder(workspace: string, path: string): Promise<string | undefined> {
  const [root, real] = await Promise.all([realpath(workspace), realpath(join(workspace, path)).catch(() => undefined)])
  return real !== undefined && real === join(root, path) ? real : undefined
}
