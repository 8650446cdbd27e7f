/** `mvn package`, in a sandbox that has Debian's JDK and Maven in place of the machine's. A pom runs whatever plugins and
 *  extensions it names, so it sees no settings of the user's; a mirror downloads for it. */
import { posix } from 'node:path'
import type { BuildContext } from '../../context.ts'
import { BuildError } from '../../errors.ts'
import type { Workspace } from '../../steps/workspace.ts'
import { LIBRARIES } from './find-artifact.ts'
import { readMavenSettings } from './maven-settings.ts'
import type { JavaPlan } from './recognise.ts'
import type { MavenRepository } from './read-project.ts'
import { openRepositoryMirror } from './repository-mirror.ts'
import { buildSettings, shownAddress, upstreamsOf } from './upstreams.ts'

/** Below /app, so that a build leaves nothing behind. */
const OWN_FOLDER = '.naru-maven'

const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** Archives say when their files were made. Source: Maven's guide to reproducible builds. */
const TIME = '1980-01-01T00:00:02Z'

/** What a build of seconds gains most from. */
const JAVA_OPTIONS = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto'

/** Throws BuildError StepFailed, StepTimedOut, Cancelled. */
export async function runMaven(
  context: BuildContext,
  workspace: Workspace,
  {
    plan,
    maven,
    defaults,
  }: { plan: JavaPlan; maven: NonNullable<JavaPlan['maven']>; defaults: readonly MavenRepository[] },
): Promise<void> {
  const settings = await readMavenSettings(context)
  const upstreams = upstreamsOf(settings, [...maven.repositories, ...defaults])
  await using mirror = await openRepositoryMirror(context, { upstreams, proxies: settings.proxies })
  const copies = plan.form === 'classpath' && maven.hasLibraries
  const options = [
    '--batch-mode',
    '--no-transfer-progress',
    `-Dmaven.repo.local=/app/${OWN_FOLDER}`,
    `-Dproject.build.outputTimestamp=${TIME}`,
    '-DskipTests',
    ...(copies
      ? ['-DincludeScope=runtime', '-Dmdep.prependGroupId=true', `-DoutputDirectory=target/${LIBRARIES}`]
      : []),
    ...(maven.isAlone ? [] : [`--projects=${posix.normalize(maven.module)}`, '--also-make']),
    'package',
    ...(copies ? [COPY_DEPENDENCIES] : []),
  ]
  try {
    await workspace.run({
      title: 'mvn package',
      command: ['sh', '-ec', START, 'mvn', ...options],
      settings: {
        NARU_MAVEN_SETTINGS: buildSettings(upstreams, { urls: mirror.urls, repositories: settings.repositories }),
      },
      variables: { MAVEN_OPTS: JAVA_OPTIONS },
    })
  } catch (error) {
    throw inTheUsersWords(error, {
      plan,
      addresses: upstreams.map((upstream, index) => [mirror.urls[index] ?? '', shownAddress(upstream)]),
    })
  }
}

/** Maintainer scripts, which would link to the one Java that is there, were not run. */
const START = `for java in /usr/lib/jvm/java-*-openjdk-*; do export JAVA_HOME="$java"; done
exec /usr/share/maven/bin/mvn --settings="$NARU_MAVEN_SETTINGS" "$@"`

interface Words {
  plan: JavaPlan
  /** Of the mirror, and what they stand for. */
  addresses: readonly (readonly [string, string])[]
}

/** Repositories by their own addresses; and of a Java that is too old javac's words tell less. */
function inTheUsersWords(error: unknown, { plan, addresses }: Words): unknown {
  if (!(error instanceof BuildError) || error.reason !== 'StepFailed') return error
  const isTooOld = error.allOutput.some((line) => /(?:release version|source release|target release:?) \d+/.test(line))
  const shown = (line: string) => addresses.reduce((text, [ours, theirs]) => text.replaceAll(ours, theirs), line)
  return new BuildError('StepFailed', error.message, {
    ...(isTooOld && {
      hint: `It was built by the oldest Java from ${plan.release} on that this machine's package sources have: let pom.xml ask for that ("maven.compiler.release").`,
    }),
    step: 'mvn package',
    command: 'mvn package',
    ...(error.exitCode !== undefined && { exitCode: error.exitCode }),
    output: error.output.map(shown),
    cause: error,
  })
}
