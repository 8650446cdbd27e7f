/** Asks for every role and binding whether its writer may grant what it grants. Kubernetes does so in the storage of
 *  these kinds: after what mutates, before validation. */
import { confirmNoEscalation, RBAC_GROUP } from '../../auth/rbac/index.ts'
import type { AdmissionPlugin } from '../admission.ts'

export const rbacEscalation: AdmissionPlugin = {
  name: 'RBACEscalation',
  handles: ({ resource, subresource, operation }) =>
    resource.group === RBAC_GROUP && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  mutate({ resource, operation, namespace = '', name, object, oldObject, context }, { authorize, access }) {
    if (object === undefined) return
    const grantor = { user: context.user, authorize, resolver: access.rules }
    // The name of an object to be created is the body's, and rights to one name cannot be asked for by it.
    const urlName = operation === 'CREATE' ? '' : name
    confirmNoEscalation(grantor, { plural: resource.plural, namespace, urlName, object, oldObject })
  },
}
