import type { ServerRecipe } from '../recipe.ts'

/** PostgreSQL 15. `POSTGRES_PASSWORD` must be set; `POSTGRES_USER` (default `app`) is the superuser, `POSTGRES_DB` (default:
 *  the user's name) its database. The cluster is made under another name and put in its place when it is whole, so that
 *  a first start which is cut short is begun again. Stopped by SIGINT, PostgreSQL's fast shutdown: sessions are ended,
 *  everything is written. Just-in-time compilation and its 30 MB of compiler are left out. Over the socket in /tmp who is
 *  in the container needs no password. Source: postgres(1), initdb(1), PostgreSQL 15. */
export const postgres: ServerRecipe = {
  // libc-bin has the locale C.UTF-8.
  packages: ['postgresql-15|postgresql-17', 'libc-bin'],
  without: ['libllvm14', 'libllvm19'],
  leftOut: /^usr\/lib\/postgresql\/\d+\/lib\/(?:llvmjit|bitcode)/,
  ports: [5432],
  stopSignal: 'SIGINT',
  env: {
    PATH: '/usr/lib/postgresql/15/bin:/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/bin:/bin',
    PGDATA: '/data/postgres',
    PGHOST: '/tmp',
  },
  entrypoint: `#!/bin/sh
set -eu
: "\${POSTGRES_PASSWORD:?set it to the password of the first user}"
user=\${POSTGRES_USER:-app}
database=\${POSTGRES_DB:-$user}
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  new=$PGDATA.new
  rm -rf "$new"
  umask 077
  printf '%s\\n' "$POSTGRES_PASSWORD" >/tmp/password
  initdb --pgdata="$new" --username="$user" --pwfile=/tmp/password --auth-local=trust \\
    --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$new/pg_hba.conf"
  if [ "$database" != postgres ]; then
    quoted=$(printf '%s' "$database" | sed 's/"/""/g')
    printf 'CREATE DATABASE "%s";\\n' "$quoted" | postgres --single -D "$new" postgres >/dev/null
  fi
  sync
  mv "$new" "$PGDATA"
fi
unset POSTGRES_PASSWORD
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
`,
}
