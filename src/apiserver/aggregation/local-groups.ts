/** Groups that this server answers itself, behind those that extension servers do. */
import type { Aggregation, LocalGroup } from './aggregation.ts'

/** `aggregation`, and `groups` where it hands nothing on. */
export function withLocalGroups(aggregation: Aggregation, groups: readonly LocalGroup[]): Aggregation {
  return {
    proxy(request, path, user) {
      const elsewhere = aggregation.proxy(request, path, user)
      if (elsewhere !== undefined) return elsewhere
      const own = groups.find(({ group, version }) => path.startsWith(`/apis/${group}/${version}/`))
      return own?.answer(request)
    },
    remoteVersions() {
      const remote = aggregation.remoteVersions()
      const own = groups.filter(
        ({ group, version }) => !remote.some((other) => other.group === group && other.version === version),
      )
      return [
        ...remote,
        ...own.map(({ group, version, resources }) => ({
          group,
          version,
          resources,
          openApiUrl: undefined,
          stale: false,
        })),
      ]
    },
    localGroups: groups,
  }
}
