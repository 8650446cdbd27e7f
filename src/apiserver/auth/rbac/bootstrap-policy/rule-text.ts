/** Rules as one line each: `verbs | groups | resources`, with `| names` for single objects, or `verbs | paths`. */
import type { k8s } from '../../../../api/index.ts'

/** Every component may tell what it does. */
export const WRITE_EVENTS = 'create,patch,update | core,events.k8s.io | events'

const VERBS: Readonly<Record<string, string>> = {
  READ: 'get,list,watch',
  WRITE: 'create,delete,deletecollection,patch,update',
  'READ-WRITE': 'create,delete,deletecollection,get,list,patch,update,watch',
}

export function ruleOf(text: string): k8s.PolicyRule {
  const [verbs = '', second = '', resources, names] = text.split(' | ')
  const listed = { verbs: (VERBS[verbs] ?? verbs).split(',') }
  if (resources === undefined) return { ...listed, nonResourceURLs: second.split(',') }
  return {
    ...listed,
    apiGroups: second.split(',').map((group) => (group === 'core' ? '' : group)),
    resources: resources.split(','),
    ...(names !== undefined && { resourceNames: names.split(',') }),
  }
}
