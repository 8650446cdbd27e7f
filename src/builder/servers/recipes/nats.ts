import type { ServerRecipe } from '../recipe.ts'

/** NATS with JetStream. `NATS_PASSWORD` must be set; `NATS_USER` is `app` by default. Source: nats-server's configuration,
 *  2.9. */
export const nats: ServerRecipe = {
  packages: ['nats-server'],
  ports: [4222, 8222],
  entrypoint: `#!/bin/sh
set -eu
: "\${NATS_PASSWORD:?set it to the password of clients}"
mkdir -p /data/nats
text() { printf '%s' "$1" | sed 's/[\\\\"]/\\\\&/g'; }
umask 077
cat >/tmp/nats.conf <<CONFIG
port: 4222
http_port: 8222
jetstream { store_dir: "/data/nats" }
authorization { user: "$(text "\${NATS_USER:-app}")", password: "$(text "$NATS_PASSWORD")" }
CONFIG
unset NATS_PASSWORD
exec nats-server --config /tmp/nats.conf "$@"
`,
}
