/** What is said to whoever uses a version that is on its way out. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/customresource_handler.go (defaultDeprecationWarning). */
import { compareVersions } from '../../routing/version-priority.ts'
import type { Definition, Version } from '../definition/definition.ts'

export function deprecationWarnings({ spec }: Definition, version: Version): string[] {
  if (version.deprecated !== true) return []
  if (version.deprecationWarning !== undefined) return [version.deprecationWarning]
  const better = spec.versions
    .filter(({ served, deprecated, name }) => served && deprecated !== true && compareVersions(name, version.name) < 0)
    .map(({ name }) => name)
    .sort(compareVersions)[0]
  const { kind } = spec.names
  const instead = better === undefined ? '' : `; use ${spec.group}/${better} ${kind}`
  return [`${spec.group}/${version.name} ${kind} is deprecated${instead}`]
}
