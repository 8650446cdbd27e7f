import type { ServerRecipe } from '../recipe.ts'

/** MariaDB. `MARIADB_PASSWORD` must be set; `MARIADB_USER` (default `app`) has all rights on `MARIADB_DATABASE` (default:
 *  the user's name). Over the socket in /tmp who is in the container is the administrator, without a password. Source:
 *  mariadb-install-db(1), mariadbd(8), MariaDB 10.11. */
export const mariadb: ServerRecipe = {
  packages: ['mariadb-server-core', 'mariadb-client-core', 'mariadb-client'],
  without: [
    'libdbi-perl',
    'libdbd-mariadb-perl',
    'libconfig-inifiles-perl',
    'libterm-readkey-perl',
    'iproute2',
    'socat',
  ],
  ports: [3306],
  env: { MYSQL_UNIX_PORT: '/tmp/mysqld.sock' },
  entrypoint: `#!/bin/sh
set -eu
: "\${MARIADB_PASSWORD:?set it to the password of the first user}"
user=\${MARIADB_USER:-app}
database=\${MARIADB_DATABASE:-$user}
data=/data/mariadb
text() { printf '%s' "$1" | sed "s/['\\\\\\\\]/\\\\\\\\&/g"; }
name() { printf '%s' "$1" | sed 's/\`/\`\`/g'; }
if [ ! -d "$data" ]; then
  rm -rf "$data.new"
  mariadb-install-db --no-defaults --datadir="$data.new" --skip-test-db --auth-root-authentication-method=socket \\
    --auth-root-socket-user=app --skip-name-resolve >&2
  mariadbd --no-defaults --datadir="$data.new" --bootstrap <<SQL
FLUSH PRIVILEGES;
CREATE DATABASE \\\`$(name "$database")\\\` CHARACTER SET utf8mb4;
CREATE USER '$(text "$user")'@'%' IDENTIFIED BY '$(text "$MARIADB_PASSWORD")';
GRANT ALL ON \\\`$(name "$database")\\\`.* TO '$(text "$user")'@'%';
SQL
  sync
  mv "$data.new" "$data"
fi
unset MARIADB_PASSWORD
exec mariadbd --no-defaults --datadir="$data" --socket=/tmp/mysqld.sock --pid-file=/tmp/mysqld.pid --bind-address='*' \\
  --skip-name-resolve --character-set-server=utf8mb4 "$@"
`,
}
