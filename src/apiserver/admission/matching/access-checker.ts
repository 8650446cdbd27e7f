/** What expressions may ask of the authorizer: whether the user who writes, or a service account, may do something.
 *  Source: k8s.io/apiserver v0.34, pkg/cel/library/authz.go. */
import { parseFieldSelector, parseLabelSelector, type UserInfo } from '../../../api/index.ts'
import type { AdmissionInput } from '../../../api/machinery.ts'
import type { Attributes } from '../../auth/attributes.ts'
import type { Authorize } from '../../auth/authorize.ts'
import { serviceAccountGroups } from '../../auth/service-account-name.ts'

type AccessChecker = AdmissionInput['checker']
type AccessCheck = Parameters<AccessChecker['check']>[0]

export function accessChecker(user: UserInfo, authorize: Authorize): AccessChecker {
  return {
    check(asked, verb, account) {
      const who = account === undefined ? user : accountUser(account)
      return authorize(who, attributesOf(asked, verb))
    },
  }
}

const accountUser = ({ namespace, name }: { namespace: string; name: string }): UserInfo => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: [...serviceAccountGroups(namespace), 'system:authenticated'],
})

function attributesOf(asked: AccessCheck, verb: string): Attributes {
  if ('path' in asked) return { verb, path: asked.path }
  const { group, resource, subresource, namespace, name, fieldSelector, labelSelector } = asked
  return {
    verb,
    resource: { group, resource, subresource: subresource || undefined },
    namespace,
    name,
    ...understood('fieldSelector', parseFieldSelector, fieldSelector),
    ...understood('labelSelector', parseLabelSelector, labelSelector),
  }
}

/** A selector that does not parse limits nothing: the question becomes a broader one. */
function understood<K extends string, T>(key: K, parse: (text: string) => T[], text: string): Partial<Record<K, T[]>> {
  if (text === '') return {}
  try {
    return { [key]: parse(text) } as Record<K, T[]>
  } catch {
    return {}
  }
}
