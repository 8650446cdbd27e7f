/** PersistentVolumeClaims: where their data come from is said in two fields, an old one and one that can say more.
 *  Source: kubernetes v1.34, pkg/registry/core/persistentvolumeclaim, pkg/api/persistentvolumeclaim. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

export const persistentVolumeClaimStrategy: Strategy = {
  returnDeletedObject: true,
  prepareForCreate: (object) => prepareDataSources(specOf(object), {}),
  prepareForUpdate: (object, old) => prepareDataSources(specOf(object), specOf(old)),
}

const specOf = ({ spec }: AnyObject) => (spec ?? {}) as k8s.PersistentVolumeClaimSpec

function prepareDataSources(spec: k8s.PersistentVolumeClaimSpec, old: k8s.PersistentVolumeClaimSpec): void {
  // Data from another namespace come with a feature that is off.
  if (spec.dataSourceRef?.namespace && old.dataSourceRef === undefined) delete spec.dataSourceRef
  const hadSource = old.dataSource !== undefined || old.dataSourceRef !== undefined
  // What the old field could never say was always passed over.
  if (!hadSource && spec.dataSourceRef === undefined && !isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource
  const { dataSource, dataSourceRef } = spec
  if (dataSource !== undefined) spec.dataSourceRef ??= { ...dataSource }
  else if (dataSourceRef !== undefined && !dataSourceRef.namespace) {
    const { namespace: _, ...source } = dataSourceRef
    spec.dataSource = source
  }
}

function isClaimOrSnapshot(source: k8s.TypedLocalObjectReference | undefined): boolean {
  const { apiGroup = '', kind } = source ?? {}
  return (
    (kind === 'PersistentVolumeClaim' && apiGroup === '') ||
    (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io')
  )
}
