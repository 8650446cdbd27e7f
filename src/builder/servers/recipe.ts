/** How a server becomes an image: Debian packages, and as data what their maintainer scripts would have made. All run as
 *  the base's user `app` (65532), keep what must last below /data, and write nowhere else but to /tmp: a pod mounts a
 *  volume at /data and may have a read-only root. Secrets come by the environment and go into no argument. */

/** The path of the entrypoint in the image. */
export const SERVER_ENTRYPOINT = '/usr/local/bin/naru-server'

export interface ServerRecipe {
  /** Debian packages. Of names joined by `|` the first that the distribution has counts. */
  packages: readonly string[]
  /** Dependencies it works without. */
  without?: readonly string[]
  /** Paths of the packages that it works without. */
  leftOut?: RegExp
  /** A script for /bin/sh; what a pod has as `args` is added to the server's own. Empty: none. */
  entrypoint: string
  /** TCP, the one clients use first. */
  ports: readonly number[]
  env?: Readonly<Record<string, string>>
  /** What ends it well, when SIGTERM does not. */
  stopSignal?: string
}
