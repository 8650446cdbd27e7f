import type { ServerRecipe } from '../recipe.ts'

/** Tomcat 10 on OpenJDK 17. It serves the war files in /app, `ROOT.war` (or the only one) at `/`, on `PORT`. Nothing is
 *  deployed while it runs, and there is no shutdown port. Source: Tomcat 10.1's configuration reference. */
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
    <Connector port="$PORT" protocol="HTTP/1.1"/>
    <Engine name="Catalina" defaultHost="localhost">
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
exec "$CATALINA_HOME/bin/catalina.sh" run
`,
}
