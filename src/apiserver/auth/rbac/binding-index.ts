/** Bindings by whom they bind, so that a check looks only at those of its user. */
import type { k8s, UserInfo } from '../../../api/index.ts'

type Binding = k8s.RoleBinding | k8s.ClusterRoleBinding

/** A binding, with the first of its subjects that is the user. */
export interface BoundSubject {
  binding: Binding
  subject: k8s.RbacSubject
}

/** The bindings of one namespace, or those of the whole cluster (namespace ''). */
export class BindingIndex {
  readonly #users = new Map<string, BoundSubject[]>()
  readonly #groups = new Map<string, BoundSubject[]>()

  constructor(bindings: readonly Binding[], namespace: string) {
    for (const binding of bindings)
      for (const subject of binding.subjects ?? []) {
        if (subject.kind === 'Group') add(this.#groups, subject.name, { binding, subject })
        else {
          const user = userNameOf(subject, namespace)
          if (user !== undefined) add(this.#users, user, { binding, subject })
        }
      }
  }

  of(user: UserInfo): BoundSubject[] {
    const bound = new Map<Binding, BoundSubject>()
    const take = (found: readonly BoundSubject[] = []) => {
      for (const one of found) if (!bound.has(one.binding)) bound.set(one.binding, one)
    }
    take(this.#users.get(user.name))
    for (const group of user.groups) take(this.#groups.get(group))
    return [...bound.values()]
  }
}

/** A service account without a namespace is one of the binding's; cluster-wide there is no such. */
function userNameOf({ kind, name, namespace: own }: k8s.RbacSubject, namespace: string): string | undefined {
  if (kind === 'User') return name
  const home = own || namespace
  return kind === 'ServiceAccount' && home !== '' ? `system:serviceaccount:${home}:${name}` : undefined
}

function add(map: Map<string, BoundSubject[]>, key: string, bound: BoundSubject): void {
  const present = map.get(key)
  if (present === undefined) map.set(key, [bound])
  else present.push(bound)
}
