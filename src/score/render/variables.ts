/** The variables of a container as Kubernetes has them. Nothing secret is in them: what a Resource gives is referred to,
 *  in the middle of a text through a variable of its own and Kubernetes' `$(NAME)`. */
import type { k8s } from '../../api/index.ts'
import type { Path } from '../path.ts'
import type { RenderContext } from './context.ts'
import { type Resolved, resolveText } from './resolve.ts'

const NO_CONFIGURATION = 'takes from the environment, which only the container of the app has'

export function envOf(
  context: RenderContext,
  variables: Readonly<Record<string, string>>,
  { path, isOwn }: { path: Path; isOwn: boolean },
): k8s.EnvVar[] {
  const taken = new Set(Object.keys(variables))
  const helpers = new Map<string, k8s.EnvVar>()
  const helperOf = (part: { secret: string; key: string }): string => {
    const id = `${part.secret}/${part.key}`
    const name = helpers.get(id)?.name ?? freeName(part, taken)
    if (!helpers.has(id)) helpers.set(id, { name, valueFrom: referenceTo(part) })
    taken.add(name)
    return name
  }
  const env = Object.entries(variables).map(([name, text]): k8s.EnvVar => {
    const at = [...path, name]
    const parts = resolveText(context, text, at)
    if (!isOwn && parts.some((part) => 'variable' in part)) context.complain(at, NO_CONFIGURATION)
    const [only] = parts
    if (only !== undefined && 'secret' in only && parts.length === 1) return { name, valueFrom: referenceTo(only) }
    return { name, value: composed(parts, helperOf) }
  })
  // Before those that name them: Kubernetes resolves in order.
  return [...helpers.values(), ...env]
}

const referenceTo = ({ secret, key }: { secret: string; key: string }): k8s.EnvVarSource => ({
  secretKeyRef: { name: secret, key },
})

/** `shop-db-binding` and `host` are `SHOP_DB_HOST_`. */
function freeName({ secret, key }: { secret: string; key: string }, taken: ReadonlySet<string>): string {
  const words = `${secret.replace(/-binding$/, '')}_${key}`.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')
  let name = `RESOURCE_${words}`
  while (taken.has(name)) name += '_'
  return name
}

/** Source of the escapes: Kubernetes, third_party/forked/golang/expansion: `$$` is a `$`. */
function composed(parts: readonly Resolved[], helperOf: (part: { secret: string; key: string }) => string): string {
  const refers = parts.some((part) => !('text' in part))
  return parts
    .map((part) => {
      if ('text' in part) return refers || /\$[$(]/.test(part.text) ? part.text.replaceAll('$', '$$$$') : part.text
      return `$(${'variable' in part ? part.variable : helperOf(part)})`
    })
    .join('')
}
