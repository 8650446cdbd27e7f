/** Where the artifacts of a build come from, after the user's mirrors had their say. Source: Maven's guide to mirror
 *  settings. */
import type { MavenMirror, MavenSettings } from './maven-settings.ts'
import type { MavenRepository } from './read-project.ts'
import { encodeXml } from './read-xml.ts'

export interface Upstream {
  /** Which repositories are to be asked for here, as a mirror says it. */
  mirrorOf: string
  url: string
  headers: Readonly<Record<string, string>>
}

/** One for each repository that is known before the build (`declared`: beside those of the settings), then the patterns,
 *  for those that turn up during it. */
export function upstreamsOf(settings: MavenSettings, declared: readonly MavenRepository[]): Upstream[] {
  const upstream = (mirrorOf: string, { id, url }: MavenRepository): Upstream => ({
    mirrorOf,
    url: url.replace(/\/+$/, ''),
    headers: settings.headers.get(id) ?? {},
  })
  const repositories = new Map<string, MavenRepository>()
  for (const repository of [...settings.repositories, ...declared])
    if (!repositories.has(repository.id)) repositories.set(repository.id, repository)
  const known = [...repositories.values()].flatMap((repository) => {
    const mirror = settings.mirrors.find(({ mirrorOf }) => mirrorOf === repository.id)
    const chosen = mirror ?? settings.mirrors.find((each) => isMirrorOf(each, repository))
    // Maven itself refuses repositories without encryption, but for those of this machine and mirrors that say so.
    if (chosen === undefined && !/^https:/i.test(repository.url) && !isLocal(repository.url)) return []
    return [upstream(repository.id, chosen ?? repository)]
  })
  const patterns = settings.mirrors.filter(({ mirrorOf }) => /[*,!:]/.test(mirrorOf))
  return [...known, ...patterns.map((mirror) => upstream(mirror.mirrorOf, mirror))].filter(({ url }) =>
    /^https?:\/\//i.test(url),
  )
}

/** `*,!a` is all but a; what is written for a repository itself counts before a pattern. */
function isMirrorOf({ mirrorOf }: MavenMirror, { id, url }: MavenRepository): boolean {
  let fits = false
  for (const pattern of mirrorOf.split(',').map((each) => each.trim())) {
    if (pattern === `!${id}`) return false
    if (pattern === id) return true
    fits ||=
      pattern === '*' ||
      (pattern === 'external:*' && !isLocal(url)) ||
      (pattern === 'external:http:*' && !isLocal(url) && /^http:/i.test(url))
  }
  return fits
}

const LOCAL_HOSTS = ['localhost', '127.0.0.1']

function isLocal(url: string): boolean {
  if (/^file:/i.test(url)) return true
  return /^https?:/i.test(url) && URL.canParse(url) && LOCAL_HOSTS.includes(new URL(url).hostname)
}

/** An upstream as it may be shown: a mirror's address may have a password in it. */
export function shownAddress({ url }: Upstream): string {
  return url.replace(/^(https?:\/\/)[^/]*@/i, '$1')
}

/** The settings of the build's own Maven: every upstream at an address of ours, and the repositories of the user's
 *  profiles. There is no secret in it. */
export function buildSettings(
  upstreams: readonly Upstream[],
  { urls, repositories }: { urls: readonly string[]; repositories: readonly MavenRepository[] },
): string {
  const element = (name: string, fields: Readonly<Record<string, string>>) =>
    `<${name}>${Object.entries(fields)
      .map(([field, value]) => `<${field}>${encodeXml(value)}</${field}>`)
      .join('')}</${name}>`
  const mirrors = upstreams.map(({ mirrorOf }, index) =>
    element('mirror', {
      id: /^[\w.-]+$/.test(mirrorOf) ? mirrorOf : `mirror-${index}`,
      mirrorOf,
      url: urls[index] ?? '',
    }),
  )
  const listed = repositories.map(({ id, url }) => ({ id, url }))
  const profile = [
    '<profile><id>naru</id>',
    `<repositories>${listed.map((each) => element('repository', each)).join('')}</repositories>`,
    `<pluginRepositories>${listed.map((each) => element('pluginRepository', each)).join('')}</pluginRepositories>`,
    '</profile>',
  ].join('')
  return `<settings><mirrors>${mirrors.join('')}</mirrors><profiles>${profile}</profiles><activeProfiles><activeProfile>naru</activeProfile></activeProfiles></settings>\n`
}
