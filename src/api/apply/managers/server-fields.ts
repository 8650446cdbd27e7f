/** Fields that are the server's or name the object, and are nobody's to own.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/managedfields/internal/stripmeta.go. */
import { type FieldSet, LEAF } from '../field-set.ts'

export const SERVER_FIELDS: FieldSet = {
  'f:apiVersion': LEAF,
  'f:kind': LEAF,
  'f:metadata': {
    '.': LEAF,
    'f:name': LEAF,
    'f:namespace': LEAF,
    'f:creationTimestamp': LEAF,
    'f:selfLink': LEAF,
    'f:uid': LEAF,
    'f:clusterName': LEAF,
    'f:generation': LEAF,
    'f:managedFields': LEAF,
    'f:resourceVersion': LEAF,
  },
}
