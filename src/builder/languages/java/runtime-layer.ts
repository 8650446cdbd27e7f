/** What Java apps run on: a headless Java without what it needs for sound, printing and smart cards, and Tomcat for war
 *  files. */
import { type TarEntry, textEntry } from '../../../images/index.ts'
import { type BuildContext, imageArchitecture } from '../../context.ts'
import { Apt } from '../../debian/apt.ts'
import type { DebianPackage } from '../../debian/apt-output.ts'
import { readDeb } from '../../debian/read-deb.ts'
import { resolveBase } from '../../layers/base-layer.ts'
import { buildPackagesLayer } from '../../layers/packages-layer.ts'
import type { StepReporter } from '../../progress.ts'
import { SERVER_ENTRYPOINT } from '../../servers/recipe.ts'
import { tomcat } from '../../servers/recipes/tomcat.ts'
import type { CachedLayer } from '../../tools/layer-cache.ts'
import { openjdkPackage } from './java-versions.ts'
import type { JavaPlan } from './recognise.ts'
import { trustStore } from './trust-store.ts'

/** A link to the Java of the image, whichever version that is. */
export const JAVA_HOME = '/usr/lib/jvm/java'

export async function buildJavaRuntime(context: BuildContext, { form, release }: JavaPlan): Promise<CachedLayer> {
  const java = openjdkPackage('jre-headless', release)
  const onTomcat = form === 'war'
  return buildPackagesLayer(context, {
    name: `${onTomcat ? 'tomcat' : 'java'}-${release}`,
    packages: onTomcat ? [...tomcat.packages.filter((name) => !name.startsWith('openjdk-')), java] : [java],
    without: tomcat.without ?? [],
    entries: async (packages, reporter) => [
      ...(await javaEntries(context, packages, reporter)),
      ...(onTomcat ? [textEntry(SERVER_ENTRYPOINT.slice(1), tomcat.entrypoint, 0o755)] : []),
    ],
  })
}

/** What the packages' maintainer scripts would have made: the command `java`, and the certificates that it trusts. */
async function javaEntries(
  context: BuildContext,
  packages: readonly DebianPackage[],
  reporter: StepReporter,
): Promise<TarEntry[]> {
  const version = packages.map(({ name }) => /^openjdk-(\d+)-jre-headless$/.exec(name)?.[1]).find(Boolean)
  const home = `java-${version}-openjdk-${imageArchitecture(context.host)}`
  return [
    { path: JAVA_HOME.slice(1), type: 'symlink', target: home },
    { path: 'usr/bin/java', type: 'symlink', target: `${JAVA_HOME}/bin/java` },
    textEntry('etc/ssl/certs/java/cacerts', trustStore(await certificates(context, reporter))),
  ]
}

/** Of the base's package, by their names. */
async function certificates(context: BuildContext, reporter: StepReporter): Promise<Map<string, string>> {
  const found = (await resolveBase(context, reporter)).filter(({ name }) => name === 'ca-certificates')
  const [file = ''] = await new Apt(context).download(found, reporter.output)
  const texts = new Map<string, string>()
  for (const entry of await readDeb(file, context.signal)) {
    const name = /^usr\/share\/ca-certificates\/mozilla\/(.*)\.crt$/.exec(entry.path)?.[1]
    if (name === undefined || entry.type !== 'file') continue
    let text = ''
    for await (const chunk of entry.open()) text += String(chunk)
    texts.set(name, text)
  }
  return texts
}
