/** The class whose `main` starts an app: as a pom says it, else the only one that the sources have. */
import { posix } from 'node:path'
import type { Source } from '../../source/read-source.ts'
import { interpolate, type MavenModule } from './read-project.ts'
import type { XmlElement } from './read-xml.ts'

/** Properties that plugins take it from: Spring Boot's, exec-maven-plugin's, and what people name it. */
const PROPERTIES = ['start-class', 'exec.mainClass', 'mainClass', 'main.class']

const MAIN = /\bstatic\s+(?:final\s+)?void\s+main\s*\(\s*(?:final\s+)?String\b/
const CLASS = /^[\w$]+(?:\.[\w$]+)*$/

/** Names in order, none when nothing says it. */
export async function findMainClasses(source: Source, module: MavenModule): Promise<readonly string[]> {
  const named = [
    ...module.plugins.flatMap(({ element }) => mainClassesIn(element)),
    ...PROPERTIES.map((name) => module.properties.get(name) ?? ''),
  ]
    .map((name) => interpolate(name, module.properties))
    .find((name) => CLASS.test(name))
  if (named !== undefined) return [named]
  const folder = posix.join(module.folder, 'src/main/java/')
  const found: string[] = []
  for (const { path } of source.files) {
    if (!path.startsWith(folder) || !path.endsWith('.java')) continue
    if (MAIN.test((await source.readText(path)) ?? ''))
      found.push(path.slice(folder.length, -'.java'.length).replaceAll('/', '.'))
  }
  return found
}

/** `mainClass` of a plugin's configuration, however deep: the jar plugin has it in `archive`, `manifest`. */
function mainClassesIn(element: XmlElement): string[] {
  const found: string[] = []
  const left = [...element.children].toReversed()
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    if (each.name === 'mainClass') found.push(each.text)
    else for (const child of each.children.toReversed()) left.push(child)
  }
  return found
}
