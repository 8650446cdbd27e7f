import type { ServerRecipe } from '../recipe.ts'

/** RabbitMQ. `RABBITMQ_PASSWORD` must be set; `RABBITMQ_USER` (default `app`) is the administrator, `RABBITMQ_VHOST` (default
 *  `/`) the virtual host. Its node has a fixed name, so that a new pod finds what the one before kept. Source:
 *  rabbitmq-server(8), rabbitmq.conf of RabbitMQ 3.10. */
export const rabbitmq: ServerRecipe = {
  packages: ['rabbitmq-server'],
  without: ['python3'],
  ports: [5672],
  env: {
    HOME: '/data/rabbitmq',
    PATH: '/usr/lib/rabbitmq/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    RABBITMQ_NODENAME: 'rabbit@localhost',
    RABBITMQ_MNESIA_BASE: '/data/rabbitmq/mnesia',
    RABBITMQ_LOG_BASE: '/tmp/rabbitmq-log',
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: '/tmp/rabbitmq.pid',
    RABBITMQ_ENABLED_PLUGINS_FILE: '/data/rabbitmq/enabled_plugins',
    RABBITMQ_CONFIG_FILE: '/tmp/rabbitmq.conf',
    ERL_EPMD_ADDRESS: '127.0.0.1',
  },
  entrypoint: `#!/bin/sh
set -eu
: "\${RABBITMQ_PASSWORD:?set it to the password of the first user}"
mkdir -p /data/rabbitmq /tmp/rabbitmq-log
umask 077
cat >/tmp/rabbitmq.conf <<CONFIG
listeners.tcp.default = 5672
default_user = \${RABBITMQ_USER:-app}
default_pass = $RABBITMQ_PASSWORD
default_vhost = \${RABBITMQ_VHOST:-/}
log.console = true
log.console.level = info
CONFIG
unset RABBITMQ_PASSWORD
exec rabbitmq-server "$@"
`,
}
