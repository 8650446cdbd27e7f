/** The user's and the machine's settings of Maven, as far as they say where artifacts come from. Source: Maven's settings
 *  reference (1.2.0). Passwords that `mvn --encrypt-password` made are not read. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from '../../context.ts'
import type { MavenRepository } from './read-project.ts'
import { elementsAt, encodeXml, readXml, textAt, type XmlElement } from './read-xml.ts'

export interface MavenMirror extends MavenRepository {
  /** A repository's id, or a pattern: `*`, `external:*`, `a,b`, `*,!a`. */
  mirrorOf: string
}

export interface MavenSettings {
  /** The user's before the machine's: the first that fits counts. */
  mirrors: readonly MavenMirror[]
  /** Of the profiles that are active. */
  repositories: readonly MavenRepository[]
  /** Headers that say who one is, by the id of a repository or mirror. */
  headers: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** As the environment names proxies. */
  proxies: Readonly<Record<string, string>>
}

const MACHINE_FILE = '/etc/maven/settings.xml'

export async function readMavenSettings({ env }: BuildContext): Promise<MavenSettings> {
  const files = [join(env.HOME ?? '/', '.m2', 'settings.xml'), MACHINE_FILE]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  return mavenSettings(texts, env)
}

/** Of several files, the first that counts first. One that is not well-formed says nothing. */
export function mavenSettings(texts: readonly string[], env: BuildContext['env']): MavenSettings {
  const roots = texts.flatMap(
    (text) => readXml(text.replace(VARIABLE, (_, name: string) => encodeXml(env[name] ?? ''))) ?? [],
  )
  const all = (...path: string[]) => roots.flatMap((root) => elementsAt(root, ...path))
  const headers = new Map<string, Record<string, string>>()
  for (const server of all('servers', 'server').toReversed()) headers.set(textAt(server, 'id') ?? '', headersOf(server))
  const active = new Set(all('activeProfiles', 'activeProfile').map(({ text }) => text))
  const profiles = all('profiles', 'profile').filter(
    (profile) => active.has(textAt(profile, 'id') ?? '') || textAt(profile, 'activation', 'activeByDefault') === 'true',
  )
  return {
    mirrors: all('mirrors', 'mirror').flatMap((mirror) => {
      const mirrorOf = textAt(mirror, 'mirrorOf')
      // One that is blocked refuses, which the Maven of the build does by itself.
      const isUsed = mirrorOf !== undefined && textAt(mirror, 'blocked') !== 'true'
      return isUsed ? repositoryOf(mirror).map((repository) => ({ ...repository, mirrorOf })) : []
    }),
    repositories: profiles.flatMap((profile) =>
      [
        ...elementsAt(profile, 'repositories', 'repository'),
        ...elementsAt(profile, 'pluginRepositories', 'pluginRepository'),
      ].flatMap(repositoryOf),
    ),
    headers,
    proxies: proxiesOf(all('proxies', 'proxy')),
  }
}

const VARIABLE = /\$\{env\.([^{}]+)\}/g

function repositoryOf(element: XmlElement): MavenRepository[] {
  const [id, url] = [textAt(element, 'id'), textAt(element, 'url')]
  return id === undefined || url === undefined ? [] : [{ id, url }]
}

function headersOf(server: XmlElement): Record<string, string> {
  const [username, password] = [textAt(server, 'username'), textAt(server, 'password')]
  const named = elementsAt(server, 'configuration', 'httpHeaders', 'property').map((property) => [
    (textAt(property, 'name') ?? '').toLowerCase(),
    textAt(property, 'value') ?? '',
  ])
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return {
    ...(username === undefined || password === undefined ? {} : { authorization: basic }),
    ...(Object.fromEntries(named) as Record<string, string>),
  }
}

/** The first that is active. */
function proxiesOf(proxies: readonly XmlElement[]): Record<string, string> {
  const proxy = proxies.find((each) => (textAt(each, 'active') ?? 'true') === 'true')
  const host = textAt(proxy, 'host')
  if (host === undefined) return {}
  const [username, password] = [textAt(proxy, 'username'), textAt(proxy, 'password')]
  const user = username === undefined ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password ?? '')}@`
  const url = `http://${user}${host}:${textAt(proxy, 'port') ?? '8080'}`
  const except = textAt(proxy, 'nonProxyHosts')?.split('|') ?? []
  const direct = ['localhost', '127.0.0.1', ...except.map((name) => name.replace(/^\*\./, '.'))]
  return { http_proxy: url, https_proxy: url, no_proxy: direct.join(',') }
}
