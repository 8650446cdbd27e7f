/** What every pom inherits: the model that the Maven of the toolchain has in it. Source: Maven's POM reference, "The Super
 *  POM". */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '../../steps/workspace.ts'
import { type MavenRepository, repositoriesOf } from './read-project.ts'
import { readXml } from './read-xml.ts'

const FILE = 'org/apache/maven/model/pom-4.0.0.xml'

const EXTRACT = `for java in /usr/lib/jvm/java-*-openjdk-*; do jar="$java/bin/jar"; done
exec "$jar" --extract --file /usr/share/maven/lib/maven-model-builder-3.x.jar "$1"`

/** The repositories that Maven asks when nothing else is said. The workspace must be empty: nothing in it may lead
 *  elsewhere. Throws BuildError StepFailed, StepTimedOut, Cancelled; system errors. */
export async function defaultRepositories(workspace: Workspace): Promise<MavenRepository[]> {
  await workspace.run({ title: 'reading the defaults of Maven', command: ['sh', '-ec', EXTRACT, 'sh', FILE] })
  const pom = readXml(await readFile(join(workspace.dir, FILE), 'utf8'))
  await rm(join(workspace.dir, 'org'), { recursive: true })
  return pom === undefined ? [] : repositoriesOf(pom)
}
