/** PersistentVolumeClaimResize: only what is bound, and whose class allows it, may grow.
 *  Source: kubernetes v1.34, plugin/pkg/admission/storage/persistentvolume/resize. */
import { compareQuantities, type k8s, resources, storageClassOf } from '../../../api/index.ts'
import type { AdmissionPlugin } from '../admission.ts'
import { forbidden, isOf } from './forbidden.ts'

export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  handles: ({ operation, resource, subresource }) =>
    operation === 'UPDATE' && subresource === '' && isOf(resource, resources.persistentvolumeclaims),
  validate(request, { views }) {
    const claim = request.object as unknown as k8s.PersistentVolumeClaim
    const old = request.oldObject as unknown as k8s.PersistentVolumeClaim
    if (compareQuantities(sizeOf(claim), sizeOf(old)) <= 0) return
    if (old.status?.phase !== 'Bound') throw forbidden(request, 'Only bound persistent volume claims can be expanded')
    const name = storageClassOf(claim)
    const found = views.of(resources.storageclasses).get({ name }) as unknown as k8s.StorageClass | undefined
    if (name !== '' && name === storageClassOf(old) && found?.allowVolumeExpansion === true) return
    throw forbidden(
      request,
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    )
  },
}

const sizeOf = ({ spec }: k8s.PersistentVolumeClaim) => spec?.resources?.requests?.storage ?? 0
