import type { ServerRecipe } from '../recipe.ts'

/** Where Tomcat says whether all of its web apps have started. */
export const TOMCAT_READINESS_PATH = '/.naru/started'

/** Tomcat 10 on OpenJDK 17. It serves the war files in /app, `ROOT.war` (or the only one) at `/`, on `PORT`. Nothing is
 *  deployed while it runs, and there is no shutdown port. A web app that does not start would answer 404 for ever: then
 *  Tomcat is ended, and the causes are its last words, without the stacks that stand above. Source: Tomcat 10.1's
 *  configuration reference (The Health Check Valve, `bindOnInit`) and its page on logging. */
export const tomcat: ServerRecipe = {
  packages: ['tomcat10', 'openjdk-17-jre-headless|openjdk-21-jre-headless'],
  without: ['libcups2', 'libasound2', 'libpcsclite1', 'ca-certificates-java', 'util-linux'],
  ports: [8080],
  entrypoint: `#!/bin/sh
set -eu
set -- /usr/lib/jvm/java-*-openjdk-*
export JAVA_HOME="$1" CATALINA_HOME=/usr/share/tomcat10 CATALINA_BASE=/tmp/tomcat
PORT=\${PORT:-8080}
mkdir -p "$CATALINA_BASE/conf" "$CATALINA_BASE/webapps" "$CATALINA_BASE/work" "$CATALINA_BASE/temp" "$CATALINA_BASE/logs"
cat >"$CATALINA_BASE/conf/server.xml" <<CONFIG
<?xml version="1.0" encoding="UTF-8"?>
<Server port="-1">
  <Listener className="org.apache.catalina.core.JreMemoryLeakPreventionListener"/>
  <Service name="Catalina">
    <Connector port="$PORT" protocol="HTTP/1.1" bindOnInit="false"/>
    <Engine name="Catalina" defaultHost="localhost">
      <Valve className="org.apache.catalina.valves.HealthCheckValve" path="${TOMCAT_READINESS_PATH}"/>
      <Host name="localhost" appBase="webapps" autoDeploy="false" unpackWARs="true">
        <Valve className="org.apache.catalina.valves.RemoteIpValve"/>
        <Valve className="org.apache.catalina.valves.ErrorReportValve" showReport="false" showServerInfo="false"/>
      </Host>
    </Engine>
  </Service>
</Server>
CONFIG
cp "$CATALINA_HOME/etc/web.xml" "$CATALINA_BASE/conf/web.xml"
set -- /app/*.war
if [ "$#" = 1 ] && [ -e "$1" ]; then
  ln -sf "$1" "$CATALINA_BASE/webapps/ROOT.war"
elif [ "$#" -gt 1 ]; then
  for war; do ln -sf "$war" "$CATALINA_BASE/webapps/"; done
fi
cat >"$CATALINA_BASE/conf/logging.properties" <<CONFIG
handlers = java.util.logging.ConsoleHandler, java.util.logging.FileHandler
java.util.logging.FileHandler.level = SEVERE
java.util.logging.FileHandler.pattern = $CATALINA_BASE/logs/severe.log
java.util.logging.FileHandler.formatter = java.util.logging.SimpleFormatter
CONFIG
"$CATALINA_HOME/bin/catalina.sh" run &
tomcat=$!
trap 'kill -TERM "$tomcat"' TERM INT
while kill -0 "$tomcat" 2>/dev/null; do
  if said=$(wget -O /dev/null "http://127.0.0.1:$PORT${TOMCAT_READINESS_PATH}" 2>&1); then break; fi
  case "$said" in *" 503"*)
    kill -KILL "$tomcat"
    wait "$tomcat" 2>/dev/null || true
    echo 'A web app did not start:' >&2
    grep -Ev '^[[:space:]]+(at|[.]{3}) |^$' "$CATALINA_BASE/logs/severe.log" | tail -n 12 >&2
    exit 1
  esac
  sleep 0.1
done
code=0
wait "$tomcat" || code=$?
while kill -0 "$tomcat" 2>/dev/null; do
  code=0
  wait "$tomcat" || code=$?
done
exit "$code"
`,
}
