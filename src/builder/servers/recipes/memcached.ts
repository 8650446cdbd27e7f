import type { ServerRecipe } from '../recipe.ts'

/** Memcached: a cache that keeps nothing and asks nobody who they are. `MEMCACHED_MEMORY_MB` is 64 by default. Source:
 *  memcached(1). */
export const memcached: ServerRecipe = {
  packages: ['memcached'],
  ports: [11_211],
  entrypoint: `#!/bin/sh
exec memcached --listen=0.0.0.0 --port=11211 --memory-limit="\${MEMCACHED_MEMORY_MB:-64}" "$@"
`,
}
