import { expect, it } from 'vitest'
import { useSourceFolder } from '../../../../test/harness/source-folder.ts'

const folder = useSourceFolder()
const detectIn = folder.detect

const pom = (inside = '') =>
  `<project xmlns="http://maven.apache.org/POM/4.0.0"><artifactId>x</artifactId>${inside}</project>`
const plugin = (artifactId: string, more = '') =>
  `<build><plugins><plugin><artifactId>${artifactId}</artifactId>${more}</plugin></plugins></build>`
const dependencies = '<dependencies><dependency><artifactId>a</artifactId></dependency></dependencies>'
const main = 'package x;\nclass Main { public static void main(String... arguments) {} }\n'
const tomcat = { command: ['/usr/local/bin/naru-server'], from: 'Tomcat' }

it.each<[string, Record<string, string>, object]>([
  [
    'a program',
    { 'pom.xml': pom(), 'src/main/java/x/Main.java': main },
    {
      kind: 'java',
      start: { command: ['java', '-cp', '/app/app.jar:/app/lib/*', 'x.Main'], from: 'x.Main' },
      language: {
        plan: { form: 'classpath', release: 17, maven: { module: '.', isAlone: true, hasLibraries: false } },
      },
    },
  ],
  [
    'a program that names its main class, with dependencies',
    {
      'pom.xml': pom(
        `<properties><main>x.Other</main><maven.compiler.release>21</maven.compiler.release></properties>${dependencies}${plugin('maven-jar-plugin', '<configuration><archive><manifest><mainClass>${main}</mainClass></manifest></archive></configuration>')}`,
      ),
      'src/main/java/x/Main.java': main,
    },
    {
      start: { from: 'x.Other' },
      language: { plan: { form: 'classpath', release: 21, maven: { hasLibraries: true } } },
    },
  ],
  [
    'a program with all it needs in its jar',
    { 'pom.xml': pom(plugin('maven-shade-plugin')), 'src/main/java/x/Main.java': main },
    { start: { command: ['java', '-cp', '/app/app.jar', 'x.Main'] }, language: { plan: { form: 'executable' } } },
  ],
  [
    'a jar whose manifest alone says how it starts',
    {
      'pom.xml': pom(
        plugin(
          'maven-assembly-plugin',
          '<configuration><descriptorRefs><descriptorRef>jar-with-dependencies</descriptorRef></descriptorRefs></configuration>',
        ),
      ),
    },
    { start: { command: ['java', '-jar', '/app/app.jar'] }, language: { plan: { form: 'executable' } } },
  ],
  [
    'Spring Boot',
    {
      'pom.xml': pom(`<properties><java.version>1.8</java.version></properties>${plugin('spring-boot-maven-plugin')}`),
    },
    {
      start: { command: ['/bin/sh', '-c', 'exec java -Dserver.port=$PORT -jar /app/app.jar'] },
      language: { plan: { form: 'executable', release: 17 } },
    },
  ],
  ['Quarkus', { 'pom.xml': pom(plugin('quarkus-maven-plugin')) }, { language: { plan: { form: 'quarkus' } } }],
  [
    'a web app',
    { 'pom.xml': pom('<packaging>war</packaging>') },
    { kind: 'java', start: tomcat, language: { plan: { form: 'war', maven: { module: '.' } } } },
  ],
  [
    'the one app among several modules',
    {
      'pom.xml': pom(
        '<packaging>pom</packaging><properties><maven.compiler.target>25</maven.compiler.target></properties><modules><module>lib</module><module>web</module></modules>',
      ),
      'lib/pom.xml': pom(),
      'lib/src/main/java/x/Lib.java': 'package x;\nclass Lib {}\n',
      'web/pom.xml': pom('<packaging>war</packaging>'),
    },
    { start: tomcat, language: { plan: { form: 'war', release: 25, maven: { module: 'web', isAlone: false } } } },
  ],
  [
    'repositories of its own',
    {
      'pom.xml': pom(
        '<packaging>war</packaging><repositories><repository><id>a</id><url>https://a.example/m2</url></repository></repositories>',
      ),
    },
    { language: { plan: { maven: { repositories: [{ id: 'a', url: 'https://a.example/m2' }] } } } },
  ],
  ['war files', { 'a.war': '', 'b.war': '' }, { start: tomcat, language: { plan: { form: 'war', maven: undefined } } }],
  ['a jar', { 'a.jar': '' }, { start: { command: ['java', '-jar', '/app/a.jar'] } }],
  [
    'what its Procfile starts',
    { 'pom.xml': pom(), Procfile: 'web: java -cp app.jar x.A\nworker: java -cp app.jar x.B\n' },
    { kind: 'java', processes: [{ name: 'web' }, { name: 'worker' }] },
  ],
])('recognises %s', async (_name, files, plan) => {
  expect(await detectIn(files)).toMatchObject(plan)
})

const several = { 'pom.xml': pom('<packaging>pom</packaging><modules><module>a</module><module>b</module></modules>') }

it.each<[string, Record<string, string>, object]>([
  ['no pom', { 'pom.xml': '<project>' }, { reason: 'UnsupportedFile', message: expect.stringContaining('pom.xml') }],
  [
    'several programs',
    { 'pom.xml': pom(), 'src/main/java/x/Main.java': main, 'src/main/java/x/Other.java': main },
    { reason: 'StartCommandMissing', hint: expect.stringContaining('exec.mainClass') },
  ],
  [
    'modules of which none is an app',
    { ...several, 'a/pom.xml': pom() },
    { reason: 'StartCommandMissing', hint: expect.stringContaining('"war"') },
  ],
  [
    'modules of which two are apps',
    { ...several, 'a/pom.xml': pom('<packaging>war</packaging>'), 'b/pom.xml': pom('<packaging>war</packaging>') },
    { reason: 'StartCommandMissing', message: expect.stringMatching(/apps: a, b/) },
  ],
  [
    'Gradle',
    { 'build.gradle.kts': '', 'src/main/java/x/Main.java': main },
    { reason: 'PackageManagerUnsupported', hint: expect.stringContaining('naru deploy build/libs/app.jar') },
  ],
])('refuses %s, and says what to do', async (_name, files, error) => {
  await expect(detectIn(files)).rejects.toMatchObject(error)
})

it('leaves a site with a jar to download alone', async () => {
  expect(await detectIn({ 'index.html': '', 'app.jar': '' })).toMatchObject({ kind: 'static' })
})

it('follows modules neither in a circle nor out of the folder', async () => {
  const files = {
    'pom.xml': pom('<packaging>pom</packaging><modules><module>a</module><module>../../etc</module></modules>'),
    'a/pom.xml': pom('<packaging>war</packaging><modules><module>..</module></modules>'),
  }
  expect(await detectIn(files)).toMatchObject({ language: { plan: { maven: { module: 'a' } } } })
})

it('does not let properties grow without end', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const properties = names.map((name, index) => `<${name}>${`\${${names[index + 1] ?? 'end'}}`.repeat(500)}</${name}>`)
  const files = { 'pom.xml': pom(`<properties><java.version>\${a}</java.version>${properties.join('')}</properties>`) }
  await expect(detectIn(files)).rejects.toMatchObject({ reason: 'StartCommandMissing' })
})

it.each([
  ['a long property', (long: string) => [`<a>${long}</a>`, `\${a}`.repeat(200_000)] as const],
  ['long values', (long: string) => [`<a>${long.slice(0, 900)}</a>`, `\${a}`.repeat(200_000)] as const],
])('takes %s for no version, and no time', async (_what, of) => {
  const [property, version] = of('x'.repeat(10_000_000))
  const files = { 'pom.xml': pom(`<properties>${property}<java.version>${version}</java.version></properties>`) }
  await expect(detectIn(files)).rejects.toMatchObject({ reason: 'StartCommandMissing' })
})

it('looks for main classes however deep a configuration is', async () => {
  const depth = 50_000
  const deep = `${'<a>'.repeat(depth)}<mainClass>x.Deep</mainClass>${'</a>'.repeat(depth)}`
  const files = { 'pom.xml': pom(plugin('maven-jar-plugin', deep)) }
  expect(await detectIn(files)).toMatchObject({ start: { from: 'x.Deep' } })
})
