/** The web server of PHP apps: Apache with PHP as its module, one process a request, as data of the image. Source: Apache
 *  HTTP Server 2.4's documentation ("Stopping and Restarting", core, mod_remoteip, mod_dir), PHP's "Runtime Configuration",
 *  Kubernetes' termination of pods. */
import { type TarEntry, textEntry } from '../../../images/index.ts'

/** Serves the folder that is its argument, relative to /app. */
export const SERVER = '/usr/local/bin/naru-php'
export const INI_FOLDER = '/usr/local/etc/php'
const CONFIG = '/usr/local/etc/apache2/naru.conf'

/** Apache ends at once on SIGTERM, requests or not, and after them on SIGWINCH, which a shell in its place translates: an
 *  image's own stop signal would be that of the app's workers, too. Before it has read its configuration it would not hear
 *  of it. */
const START = `#!/bin/sh
set -eu
if [ "\${1:-.}" = . ]; then
  export DOCUMENT_ROOT=/app
  mode=WholeFolder
else
  export DOCUMENT_ROOT="/app/$1"
  mode=FrontController
fi
set -- /usr/lib/apache2/modules/libphp*.so
export PHP_MODULE="$1" PORT="\${PORT:-8080}" WEB_CONCURRENCY="\${WEB_CONCURRENCY:-16}"
rm -f /tmp/apache2.pid
/usr/sbin/apache2 -DFOREGROUND -D"$mode" -f ${CONFIG} &
server=$!
end() {
  while [ ! -s /tmp/apache2.pid ] && kill -0 "$server" 2>/dev/null; do sleep 0.1; done
  kill -WINCH "$server" 2>/dev/null || true
}
trap end TERM
trap 'kill -TERM "$server"' INT
code=0
wait "$server" || code=$?
while kill -0 "$server" 2>/dev/null; do
  code=0
  wait "$server" || code=$?
done
exit "$code"
`

/** Debian's php has its version in its name. */
const PHP = `#!/bin/sh
exec /usr/bin/php[0-9]*.[0-9] "$@"
`

const MODULES = [
  'mpm_prefork',
  'authz_core',
  'alias',
  'deflate',
  'dir',
  'env',
  'expires',
  'filter',
  'headers',
  'mime',
  'remoteip',
  'rewrite',
  'setenvif',
]

/** No connection is kept for a next request: each would keep a process, and be closed under a request on its way. Files in
 *  layers have made-up times, so their content is what tells whether they changed. */
const APACHE = `ServerRoot /usr/lib/apache2
ServerName localhost
Listen \${PORT}
DefaultRuntimeDir /tmp
PidFile /tmp/apache2.pid
${MODULES.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join('\n')}
LoadModule php_module \${PHP_MODULE}

StartServers 2
MinSpareServers 2
MaxSpareServers 4
ServerLimit \${WEB_CONCURRENCY}
MaxRequestWorkers \${WEB_CONCURRENCY}
KeepAlive Off
Timeout 60
GracefulShutdownTimeout 25
ServerTokens Prod
ServerSignature Off
TraceEnable Off

ErrorLog "|/bin/cat"
ErrorLogFormat "%l: %M"
SetEnvIf User-Agent ^kube-probe/ is_probe
LogFormat "%a \\"%r\\" %>s %B %{ms}T ms" request
CustomLog "|/bin/cat" request env=!is_probe

RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 ::1 fc00::/7
SetEnvIf X-Forwarded-Proto ^https$ HTTPS=on

TypesConfig /etc/mime.types
AddDefaultCharset utf-8
AddOutputFilterByType DEFLATE text/html text/plain text/css text/javascript application/javascript application/json image/svg+xml
DirectoryIndex index.php index.html
FileETag Digest
DocumentRoot \${DOCUMENT_ROOT}
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<Directory \${DOCUMENT_ROOT}>
  Options FollowSymLinks
  AllowOverride All
  Require all granted
  <IfDefine FrontController>
    FallbackResource /index.php
  </IfDefine>
</Directory>
<FilesMatch "\\.php$">
  SetHandler application/x-httpd-php
</FilesMatch>
<FilesMatch "(?<!\\.php)$">
  Header unset Last-Modified
  Header setifempty Cache-Control "public, max-age=0, must-revalidate"
</FilesMatch>
Header set X-Content-Type-Options nosniff
RedirectMatch 404 "/\\.(?!well-known/)"
<IfDefine WholeFolder>
  RedirectMatch 404 "^/(?:vendor|tests?|migrations)(?:/|$)"
  RedirectMatch 404 "^/(?:Procfile|score\\.yaml|composer\\.(?:json|lock)|package(?:-lock)?\\.json|README\\.md)$"
</IfDefine>
`

/** As php.ini-production advises; files do not change in a container, so what is compiled stays so. */
const SETTINGS = `display_errors = Off
display_startup_errors = Off
log_errors = On
html_errors = Off
error_reporting = E_ALL
expose_php = Off
variables_order = EGPCS
request_order = GP
zend.assertions = -1
zend.exception_ignore_args = On
post_max_size = 32M
upload_max_filesize = 32M
session.use_strict_mode = On
session.cookie_httponly = On
session.cookie_samesite = Lax
opcache.validate_timestamps = Off
`

/** Files of the image beside those of the packages. `loaded`: extensions, in order. */
export function serverEntries(loaded: readonly string[]): TarEntry[] {
  const extensions = ['zend_extension = opcache', ...loaded.map((name) => `extension = ${name}`)]
  return [
    textEntry(SERVER.slice(1), START, 0o755),
    textEntry('usr/local/bin/php', PHP, 0o755),
    textEntry(CONFIG.slice(1), APACHE),
    textEntry(`${INI_FOLDER.slice(1)}/naru.ini`, `${extensions.join('\n')}\n${SETTINGS}`),
  ]
}
