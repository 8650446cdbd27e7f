/** What discovery lists: this server's own resources and those of extension servers. */
import type { Resource } from '../../api/index.ts'
import { compareGroups } from '../aggregation/group-priority.ts'
import { compareVersions } from '../routing/version-priority.ts'
import type { Backend } from '../server/context.ts'

export interface Served {
  /** The preferred group and version first. */
  groups(): { name: string; versions: string[] }[]
  ofVersion(group: string, version: string): readonly Resource[]
  /** Whether what is known of this version may be out of date. */
  isStale(group: string, version: string): boolean
}

export function servedBy({ catalog, aggregation }: Pick<Backend, 'catalog' | 'aggregation'>): Served {
  const remote = aggregation.remoteVersions()
  const remoteVersion = (group: string, version: string) =>
    remote.find((candidate) => candidate.group === group && candidate.version === version)
  return {
    groups() {
      const groups = new Map(catalog.groups().map(({ name, versions }) => [name, versions]))
      for (const { group, version } of remote)
        groups.set(group, [...new Set([...(groups.get(group) ?? []), version])].sort(compareVersions))
      return [...groups].map(([name, versions]) => ({ name, versions })).sort((a, b) => compareGroups(a.name, b.name))
    },
    ofVersion: (group, version) => remoteVersion(group, version)?.resources ?? catalog.ofVersion(group, version),
    isStale: (group, version) => remoteVersion(group, version)?.stale === true,
  }
}
