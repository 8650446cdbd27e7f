/** The images that the programs' manifests name, made of Debian's packages. */
import type { ImageRecipe } from '../../../tools/conformance/images/recipes.ts'

const PATH = '/usr/local/bin:/usr/sbin:/usr/bin'

const accounts = (name: string) => ({
  'etc/passwd': `root:x:0:0:root:/root:/bin/sh\n${name}:x:999:999::/:/bin/sh\n`,
  'etc/group': `root:x:0:\n${name}:x:999:\n`,
})

/** Takes its settings as the usual image of PostgreSQL does. The folder of the data has its name once all is in it. */
const POSTGRES_ENTRYPOINT = `#!/usr/bin/bash
set -euo pipefail
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  new="$PGDATA.new"
  rm -rf "$new"
  initdb --pgdata="$new" --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" \\
    --encoding=UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256
  echo 'host all all all scram-sha-256' >>"$new/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$new/postgresql.conf"
  pg_ctl --pgdata="$new" --wait --options="-c listen_addresses=''" start
  createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
  for file in /docker-entrypoint-initdb.d/*.sql; do
    psql --no-psqlrc --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" -v ON_ERROR_STOP=1 --file="$file"
  done
  pg_ctl --pgdata="$new" --wait --mode=fast stop
  mv "$new" "$PGDATA"
fi
exec "$@"
`

export const programImages: readonly ImageRecipe[] = [
  {
    repository: 'library/postgres',
    tag: '15',
    // Its server is linked with PAM's library, which other packages need for their scripts alone.
    packages: ['postgresql-15', 'libpam0g', 'libaudit1', 'bash'],
    executables: { 'usr/local/bin/docker-entrypoint.sh': () => Buffer.from(POSTGRES_ENTRYPOINT) },
    files: accounts('postgres'),
    run: {
      user: '999:999',
      env: { PATH: `/usr/lib/postgresql/15/bin:${PATH}` },
      entrypoint: ['docker-entrypoint.sh'],
      command: ['postgres'],
      exposedPorts: [5432],
      // Ends the sessions instead of waiting for them.
      stopSignal: 'SIGINT',
    },
  },
  {
    repository: 'library/redis',
    tag: '7',
    packages: ['redis-server'],
    files: accounts('redis'),
    run: { user: '999:999', env: { PATH }, command: ['redis-server'], exposedPorts: [6379] },
  },
]
