import type { ServerRecipe } from '../recipe.ts'

/** Mosquitto, an MQTT broker. `MOSQUITTO_PASSWORD` must be set; `MOSQUITTO_USER` is `app` by default. Retained messages and
 *  sessions are kept. Source: mosquitto.conf(5), mosquitto_passwd(1). */
export const mosquitto: ServerRecipe = {
  packages: ['mosquitto', 'mosquitto-clients'],
  ports: [1883],
  entrypoint: `#!/bin/sh
set -eu
: "\${MOSQUITTO_PASSWORD:?set it to the password of clients}"
mkdir -p /data/mosquitto
umask 077
printf '%s:%s\\n' "\${MOSQUITTO_USER:-app}" "$MOSQUITTO_PASSWORD" >/tmp/mosquitto.passwords
unset MOSQUITTO_PASSWORD
mosquitto_passwd -U /tmp/mosquitto.passwords
cat >/tmp/mosquitto.conf <<CONFIG
listener 1883
allow_anonymous false
password_file /tmp/mosquitto.passwords
persistence true
persistence_location /data/mosquitto/
autosave_interval 30
log_dest stdout
CONFIG
exec mosquitto -c /tmp/mosquitto.conf "$@"
`,
}
