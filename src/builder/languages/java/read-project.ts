/** The Maven project of a folder, as its pom.xml files say it: nothing is downloaded, so what a parent elsewhere adds is
 *  not known. Source: Maven's POM reference (4.0.0). */
import { posix } from 'node:path'
import { BuildError } from '../../errors.ts'
import type { Source } from '../../source/read-source.ts'
import { elementsAt, readXml, textAt, type XmlElement } from './read-xml.ts'

export interface MavenPlugin {
  artifactId: string
  element: XmlElement
}

export interface MavenModule {
  /** Its folder, `.` for the top. */
  folder: string
  packaging: string
  /** Its own, and those of the poms above it. */
  plugins: readonly MavenPlugin[]
  /** Likewise, its own counting before theirs. */
  properties: ReadonlyMap<string, string>
  /** Its own or those of a pom above it; a parent elsewhere may have some. */
  hasDependencies: boolean
}

export interface MavenRepository {
  id: string
  url: string
}

export interface MavenProject {
  /** The top first; those that are in no `modules` do not count. */
  modules: readonly MavenModule[]
  /** That the poms themselves name. */
  repositories: readonly MavenRepository[]
}

/** More than that is no project but a mistake. */
const MOST_MODULES = 500

/** Undefined without a pom.xml. Throws BuildError UnsupportedFile for one that is not well-formed. */
export async function readProject(source: Source): Promise<MavenProject | undefined> {
  if (!source.has('pom.xml')) return undefined
  const modules: MavenModule[] = []
  const repositories: MavenRepository[] = []
  const seen = new Set<string>()
  const visit = async (file: string, above: MavenModule | undefined): Promise<void> => {
    if (seen.has(file) || seen.size >= MOST_MODULES) return
    seen.add(file)
    const text = await source.readText(file)
    if (text === undefined) return
    const pom = readXml(text)
    if (pom?.name !== 'project')
      throw new BuildError('UnsupportedFile', `${posix.join(source.root, file)} is no Maven project.`, {
        hint: 'It must be well-formed XML with the element "project" at the top.',
      })
    const module = moduleOf(pom, posix.dirname(file), above)
    modules.push(module)
    repositories.push(...repositoriesOf(pom))
    for (const { text: path } of elementsAt(pom, 'modules', 'module')) {
      const target = posix.join(module.folder, path)
      await visit(target.endsWith('.xml') ? target : posix.join(target, 'pom.xml'), module)
    }
  }
  await visit('pom.xml', undefined)
  return { modules, repositories }
}

/** Properties in properties could make any length of a few lines. None that matters here is longer. */
const LONGEST_VALUE = 1000

/** A value with the properties in it put in their places; one that is not known stays as it is. */
export function interpolate(value: string, properties: ReadonlyMap<string, string>, depth = 5): string {
  if (value.length > LONGEST_VALUE) return value
  const replaced = value.replace(/\$\{([^{}]+)\}/g, (whole, name: string) => properties.get(name) ?? whole)
  return replaced === value || depth === 0 ? replaced : interpolate(replaced, properties, depth - 1)
}

function moduleOf(pom: XmlElement, folder: string, above: MavenModule | undefined): MavenModule {
  const own = elementsAt(pom, 'build', 'plugins', 'plugin').map((element) => ({
    artifactId: textAt(element, 'artifactId') ?? '',
    element,
  }))
  const properties = elementsAt(pom, 'properties').flatMap(({ children }) =>
    children.flatMap(({ name, text }): [string, string][] => (text.length > LONGEST_VALUE ? [] : [[name, text]])),
  )
  return {
    folder,
    packaging: textAt(pom, 'packaging') ?? 'jar',
    plugins: [...own, ...(above?.plugins ?? [])],
    hasDependencies:
      elementsAt(pom, 'dependencies', 'dependency').length > 0 ||
      (above?.hasDependencies ?? elementsAt(pom, 'parent').length > 0),
    properties: new Map([...(above?.properties ?? []), ...properties]),
  }
}

export function repositoriesOf(pom: XmlElement): MavenRepository[] {
  const found = [
    ...elementsAt(pom, 'repositories', 'repository'),
    ...elementsAt(pom, 'pluginRepositories', 'pluginRepository'),
  ]
  return found.flatMap((element) => {
    const [id, url] = [textAt(element, 'id'), textAt(element, 'url')]
    return id === undefined || url === undefined ? [] : [{ id, url }]
  })
}
