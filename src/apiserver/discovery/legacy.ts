/** Discovery documents: what is served, for clients to find. Source: metav1.APIGroupList, APIResourceList, v1.34. */
import { apiVersionOf, type k8s, type Resource } from '../../api/index.ts'
import type { Served } from './served.ts'

/** `/api` */
export function apiVersions(serverAddress: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  }
}

/** `/apis` */
export function apiGroupList(served: Served): object {
  const named = served.groups().filter(({ name }) => name !== '')
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupOf) }
}

/** `/apis/<group>`; undefined when nothing of the group is served. */
export function apiGroup(served: Served, name: string): object | undefined {
  const group = served.groups().find((candidate) => candidate.name === name)
  return group && { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) }
}

function groupOf({ name, versions }: { name: string; versions: string[] }): object {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: entries, preferredVersion: entries[0] }
}

/** `/api/v1`, `/apis/<group>/<version>`; undefined when nothing of that version is served. */
export function apiResourceList(served: Served, group: string, version: string): object | undefined {
  const resources = served.ofVersion(group, version)
  if (resources.length === 0) return undefined
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group, version }),
    resources: resources.flatMap(entriesOf),
  }
}

function entriesOf(resource: Resource): k8s.APIResource[] {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource
  const verbs = resource.listedVerbs ?? resource.verbs
  const own: k8s.APIResource = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...verbs],
    ...(shortNames.length > 0 && { shortNames: [...shortNames] }),
    ...(categories.length > 0 && { categories: [...categories] }),
  }
  const parts = resource.subresources.map((part) => ({
    name: `${plural}/${part.name}`,
    singularName: '',
    namespaced,
    kind: part.kind,
    verbs: [...part.verbs],
    ...((part.group !== resource.group || part.version !== resource.version) && {
      group: part.group,
      version: part.version,
    }),
  }))
  return [own, ...parts]
}
