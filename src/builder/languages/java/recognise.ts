/** Whether a folder is a Java app: a Maven project that makes one, or what was built already (`app.war`, `app.jar`). */
import { BuildError } from '../../errors.ts'
import { findSiteFolder } from '../../detect/site-folder.ts'
import type { Source } from '../../source/read-source.ts'
import { SERVER_ENTRYPOINT } from '../../servers/recipe.ts'
import { TOMCAT_READINESS_PATH } from '../../servers/recipes/tomcat.ts'
import type { Recognised } from '../language.ts'
import { findMainClasses } from './main-class.ts'
import {
  interpolate,
  type MavenModule,
  type MavenPlugin,
  type MavenProject,
  type MavenRepository,
  readProject,
} from './read-project.ts'
import { elementsAt, textAt } from './read-xml.ts'

export interface JavaPlan {
  /** `war`: runs on Tomcat. `executable`: `java -jar`, dependencies and all. `classpath`: a jar beside those it depends
   *  on. `quarkus`: the folder that Quarkus makes. */
  form: 'war' | 'executable' | 'classpath' | 'quarkus'
  /** The oldest Java that can build and run it. */
  release: number
  /** Undefined for what was built already. */
  maven:
    | {
        /** Its folder. */
        module: string
        /** The only one of the project. */
        isAlone: boolean
        repositories: readonly MavenRepository[]
        /** What the app depends on lies beside it, in a layer of its own. */
        hasLibraries: boolean
      }
    | undefined
}

/** What a pom that says nothing is built for: the oldest that Tomcat, Spring Boot and Naru's packages share. */
const DEFAULT_RELEASE = 17

const HINT =
  'Name the class with "mainClass" in the configuration of a plugin or as the property "exec.mainClass" of pom.xml, or add a Procfile with the line "web: java -cp app.jar:lib/* com.example.Main".'

/** Throws BuildError: UnsupportedFile for a pom.xml that is none, PackageManagerUnsupported for Gradle's. */
export async function recogniseJava(source: Source): Promise<Recognised<JavaPlan> | undefined> {
  const project = await readProject(source)
  if (project !== undefined) return recogniseProject(source, project)
  if (findSiteFolder(source) !== undefined) return undefined
  const built = recogniseBuilt(source)
  if (built !== undefined) return built
  const script = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'].find((file) =>
    source.has(file),
  )
  if (script === undefined) return undefined
  throw new BuildError(
    'PackageManagerUnsupported',
    `${source.root} is built by Gradle (${script}), and Naru runs Maven.`,
    {
      hint: 'Build it ("./gradlew build"), then deploy what it made: "naru deploy build/libs/app.jar", or a war file; or add a pom.xml.',
    },
  )
}

async function recogniseProject(source: Source, project: MavenProject): Promise<Recognised<JavaPlan>> {
  const isAlone = project.modules.length === 1
  const apps: { module: MavenModule; recognised: Recognised<JavaPlan> }[] = []
  for (const module of project.modules) {
    const recognised = await recogniseModule(source, module, { isAlone, repositories: project.repositories })
    if (recognised !== undefined) apps.push({ module, recognised })
  }
  const [app, other] = apps
  if (app !== undefined && other === undefined) return app.recognised
  const folders = apps.map(({ module }) => module.folder).join(', ')
  throw new BuildError(
    'StartCommandMissing',
    app === undefined
      ? `${source.root}/pom.xml has no module that is an app.`
      : `${source.root}/pom.xml has several modules that are apps: ${folders}.`,
    {
      hint:
        app === undefined
          ? 'A module is one when its packaging is "war", or "jar" with a class that has a main method.'
          : 'Naru deploys one app of a folder: build the project, then deploy what each made, as "naru deploy a/target/a.war".',
    },
  )
}

/** Undefined for a library among several modules, and for what only holds modules. */
async function recogniseModule(
  source: Source,
  module: MavenModule,
  { isAlone, repositories }: { isAlone: boolean; repositories: readonly MavenRepository[] },
): Promise<Recognised<JavaPlan> | undefined> {
  const shape = await shapeOf(source, module, isAlone)
  if (shape === undefined) return undefined
  const { form, start, what } = shape
  const hasLibraries = form === 'quarkus' || (form === 'classpath' && module.hasDependencies)
  const maven = { module: module.folder, isAlone, repositories, hasLibraries }
  return { plan: { form, release: releaseOf(module), maven }, start, what, hint: HINT }
}

type Start = Recognised<JavaPlan>['start']

interface Shape {
  form: JavaPlan['form']
  start: Start
  what: string
}

async function shapeOf(source: Source, module: MavenModule, isAlone: boolean): Promise<Shape | undefined> {
  const plugins = module.plugins.map(({ artifactId }) => artifactId)
  const isBoot = plugins.includes('spring-boot-maven-plugin')
  // Spring Boot's war files bring a server along.
  if (module.packaging === 'war' && !isBoot) return { form: 'war', start: TOMCAT, what: 'Java web app (war), Maven' }
  if (!['jar', 'war', 'quarkus'].includes(module.packaging)) return undefined
  const what = 'Java app, Maven'
  if (plugins.includes('quarkus-maven-plugin')) return { form: 'quarkus', start: QUARKUS, what }
  const mains = await findMainClasses(source, module)
  if (mains.length === 0 && !isAlone) return undefined
  if (isBoot) return { form: 'executable', start: SPRING_BOOT, what: 'Spring Boot app, Maven' }
  const bundling = module.plugins.find(isBundling)?.artifactId
  return { form: bundling === undefined ? 'classpath' : 'executable', start: startOf(mains, bundling), what }
}

function startOf(mains: readonly string[], bundling: string | undefined): Start {
  const [main, another] = mains
  if (main === undefined || another !== undefined)
    // Its manifest says which.
    return bundling === undefined ? undefined : { command: ['java', '-jar', '/app/app.jar'], from: bundling }
  return {
    command: ['java', '-cp', bundling === undefined ? '/app/app.jar:/app/lib/*' : '/app/app.jar', main],
    from: main,
  }
}

/** Whether a plugin puts the dependencies into the jar. */
function isBundling({ artifactId, element }: MavenPlugin): boolean {
  return (
    artifactId === 'maven-shade-plugin' ||
    (artifactId === 'maven-assembly-plugin' &&
      ['configuration', 'executions/execution/configuration'].some((path) =>
        elementsAt(element, ...path.split('/'), 'descriptorRefs', 'descriptorRef').some(
          ({ text }) => text === 'jar-with-dependencies',
        ),
      ))
  )
}

const TOMCAT = { command: [SERVER_ENTRYPOINT], from: 'Tomcat', readinessPath: TOMCAT_READINESS_PATH }
const SPRING_BOOT = {
  command: ['/bin/sh', '-c', 'exec java -Dserver.port=$PORT -jar /app/app.jar'],
  from: 'spring-boot-maven-plugin',
}
const QUARKUS = {
  command: [
    '/bin/sh',
    '-c',
    'exec java -Dquarkus.http.host=0.0.0.0 -Dquarkus.http.port=$PORT -jar /app/quarkus-run.jar',
  ],
  from: 'quarkus-maven-plugin',
}

/** War files, or one jar, at the top of a folder. */
function recogniseBuilt(source: Source): Recognised<JavaPlan> | undefined {
  const at = (extension: RegExp) =>
    source.files.map(({ path }) => path).filter((path) => !path.includes('/') && extension.test(path))
  const plan = { release: DEFAULT_RELEASE, maven: undefined }
  if (at(/\.war$/).length > 0)
    return { plan: { ...plan, form: 'war' }, start: TOMCAT, what: 'Java web app (war)', hint: HINT }
  const [jar, another] = at(/\.jar$/)
  if (jar === undefined || another !== undefined) return undefined
  const start = { command: ['java', '-jar', `/app/${jar}`], from: jar }
  return { plan: { ...plan, form: 'executable' }, start, what: 'Java app', hint: HINT }
}

/** Source: maven-compiler-plugin's `release`, `target`; `java.version` is Spring Boot's name of it. */
function releaseOf({ plugins, properties }: MavenModule): number {
  const compiler = plugins.find(({ artifactId }) => artifactId === 'maven-compiler-plugin')?.element
  const asked = [
    textAt(compiler, 'configuration', 'release'),
    textAt(compiler, 'configuration', 'target'),
    properties.get('maven.compiler.release'),
    properties.get('maven.compiler.target'),
    properties.get('java.version'),
  ]
  for (const each of asked) {
    const version = /^(?:1\.)?(\d{1,3})(?:\.\d+)*$/.exec(interpolate(each ?? '', properties))?.[1]
    if (version !== undefined) return Math.max(Number(version), DEFAULT_RELEASE)
  }
  return DEFAULT_RELEASE
}
