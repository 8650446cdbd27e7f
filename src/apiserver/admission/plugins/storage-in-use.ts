/** StorageObjectInUseProtection: new claims and volumes are held by a finalizer, which a controller takes away when
 *  nobody uses them. Source: kubernetes v1.34, plugin/pkg/admission/storage/storageobjectinuseprotection. */
import { resources } from '../../../api/index.ts'
import type { AdmissionPlugin } from '../admission.ts'
import { isOf } from './forbidden.ts'

const CLAIM = 'kubernetes.io/pvc-protection'
const VOLUME = 'kubernetes.io/pv-protection'

export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  handles: ({ operation, resource, subresource }) =>
    operation === 'CREATE' &&
    subresource === '' &&
    (isOf(resource, resources.persistentvolumeclaims) || isOf(resource, resources.persistentvolumes)),
  mutate({ resource, object }) {
    if (object === undefined) return
    const finalizer = isOf(resource, resources.persistentvolumes) ? VOLUME : CLAIM
    const present = object.metadata.finalizers ?? []
    if (!present.includes(finalizer)) object.metadata.finalizers = [...present, finalizer]
  },
}
