/** Variables of an app whose values are elsewhere: in what a Resource gives, or at another app. The App says so itself.
 *  Pure. */
import type { AppBinding, AppSpec, ResourceVariable } from '../../api/index.ts'
import type { SpecPatch } from '../cluster/change-app.ts'

type Referring = Pick<AppSpec, 'env' | 'bindings'>

/** Where a value is: a key of a Resource's Secret, or an address that does not change. */
export type Reference = { resource: string; key: string } | { app: string; value: string }

/** Where the values are, by name: `db.host`; undefined of one that the App has itself, which may be nobody's to see. */
export function referencesOf({ env = [], bindings = [] }: Referring): Map<string, string | undefined> {
  const own = env.map(({ name }): [string, undefined] => [name, undefined])
  const given = bindings.flatMap(({ resource, variables = [] }) =>
    variables.map(({ name, key }): [string, string] => [name, `${resource}.${key}`]),
  )
  return new Map<string, string | undefined>([...own, ...given])
}

/** Without those of these names. */
export function withoutReferences({ env = [], bindings = [] }: Referring, names: ReadonlySet<string>): Referring {
  return {
    env: env.filter(({ name }) => !names.has(name)),
    bindings: bindings.map((binding) => withVariables(binding, ({ name }) => !names.has(name))),
  }
}

function withVariables(
  { variables, ...binding }: AppBinding,
  keep: (variable: ResourceVariable) => boolean,
): AppBinding {
  const kept = variables?.filter(keep) ?? []
  return kept.length > 0 ? { ...binding, variables: kept } : binding
}

/** With one more. `bound` makes a binding of a Resource that the app does not have yet. */
export function withReference(
  spec: Referring,
  { name, reference, bound }: { name: string; reference: Reference; bound: (bindings: AppBinding[]) => AppBinding[] },
): Referring {
  const { env = [], bindings = [] } = withoutReferences(spec, new Set([name]))
  if ('app' in reference) return { env: [...env, { name, value: reference.value }], bindings }
  const { resource, key } = reference
  return {
    env,
    bindings: bound(bindings).map((binding) =>
      binding.resource === resource
        ? { ...binding, variables: [...(binding.variables ?? []), { name, key }] }
        : binding,
    ),
  }
}

/** What is left as it was is not spoken of; the server keeps no empty lists. */
export function referencePatch(before: Referring, after: Referring): Pick<SpecPatch, 'env' | 'bindings'> {
  const changed = <T>(was: readonly T[] = [], is: T[] = []) =>
    JSON.stringify(was) === JSON.stringify(is) ? undefined : { list: is.length > 0 ? is : null }
  const env = changed(before.env, after.env)
  const bindings = changed(before.bindings, after.bindings)
  return { ...(env && { env: env.list }), ...(bindings && { bindings: bindings.list }) }
}
