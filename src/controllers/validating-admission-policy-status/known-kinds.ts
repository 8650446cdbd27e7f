/** The kinds of objects that a policy is about, as far as its rules name them.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/policy/validating/typechecking.go (typesToCheck). */
import { allResources, apiVersionOf, type k8s } from '../../api/index.ts'
import type { KnownKind } from '../../api/machinery.ts'

/** Of one rule no more are looked at. */
const MAX_KINDS = 10

interface Names {
  group: string
  version: string
  plural: string
}

export class KnownKinds {
  readonly #byResource = new Map<string, KnownKind>()
  readonly #byKind = new Map<string, KnownKind>()

  /** `definitions`: what there is besides the built-in kinds. */
  constructor(definitions: readonly k8s.CustomResourceDefinition[]) {
    for (const { group, version, kind, plural } of allResources) this.#add({ group, version, plural }, kind)
    for (const { spec } of definitions) {
      for (const { name: version, served, schema } of spec.versions) {
        if (!served) continue
        const { plural, kind } = spec.names
        this.#add({ group: spec.group, version, plural }, kind, schema?.openAPIV3Schema ?? { type: 'object' })
      }
    }
  }

  #add(names: Names, kind: string, schema?: k8s.JSONSchemaProps): void {
    const { group, version } = names
    const known: KnownKind = { group, version, kind, ...(schema && { schema }) }
    this.#byResource.set(resourceKey(names), known)
    this.#byKind.set(`${apiVersionOf(names)}/${kind}`, known)
  }

  paramsOf({ paramKind }: k8s.ValidatingAdmissionPolicySpec): KnownKind | undefined {
    return paramKind && this.#byKind.get(`${paramKind.apiVersion}/${paramKind.kind}`)
  }

  /** In order. Rules with wildcards name nothing. */
  namedIn({ matchConstraints }: k8s.ValidatingAdmissionPolicySpec): KnownKind[] {
    const found = new Set<KnownKind>()
    for (const { apiGroups = [], apiVersions = [], resources = [] } of matchConstraints?.resourceRules ?? []) {
      if ([...apiGroups, ...apiVersions].some((name) => name.includes('*'))) continue
      const plurals = resources.filter((name) => !/[*/]/.test(name)).toSorted()
      const named = apiGroups
        .toSorted()
        .flatMap((group) =>
          apiVersions
            .toSorted()
            .flatMap((version) =>
              plurals.flatMap((plural) => this.#byResource.get(resourceKey({ group, version, plural })) ?? []),
            ),
        )
      for (const kind of named.slice(0, MAX_KINDS)) found.add(kind)
      if (named.length >= MAX_KINDS) break
    }
    return [...found].sort(compareKinds)
  }
}

const resourceKey = ({ group, version, plural }: Names) => `${group}/${version}/${plural}`

function compareKinds(a: KnownKind, b: KnownKind): number {
  for (const field of ['group', 'version', 'kind'] as const) {
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1
  }
  return 0
}
