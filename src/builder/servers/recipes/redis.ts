import type { ServerRecipe } from '../recipe.ts'

/** Redis. `REDIS_PASSWORD` must be set. What it holds is in an append-only file, written at once and synced every second.
 *  Who copies it need not wait for others who might.
 *  Source: redis.conf of Redis 7.0. */
export const redis: ServerRecipe = {
  packages: ['redis-server'],
  ports: [6379],
  entrypoint: `#!/bin/sh
set -eu
: "\${REDIS_PASSWORD:?set it to the password of clients}"
mkdir -p /data/redis
password=$(printf '%s' "$REDIS_PASSWORD" | sed 's/[\\\\"]/\\\\&/g')
unset REDIS_PASSWORD
exec redis-server - "$@" <<CONFIG
bind * -::*
dir /data/redis
appendonly yes
save ""
repl-diskless-sync-delay 0
requirepass "$password"
CONFIG
`,
}
