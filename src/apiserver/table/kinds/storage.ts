import { type k8s, storageClassOf } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text, wide } from '../column.ts'
import { orUnset } from '../words.ts'

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}
const DEFAULT_CLASS_ANNOTATION = 'storageclass.kubernetes.io/is-default-class'

/** In the order in which Kubernetes names them, each once. */
const modesText = (modes: readonly string[] | undefined) =>
  Object.keys(MODES)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => MODES[mode])
    .join(',')

const phaseOf = ({ metadata, status }: k8s.PersistentVolume | k8s.PersistentVolumeClaim) =>
  metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? '')

export const persistentVolumePrinter: Printer<k8s.PersistentVolume> = {
  columns: [
    NAME,
    text('Capacity', ({ spec }) => spec?.capacity?.storage ?? '0'),
    text('Access Modes', ({ spec }) => modesText(spec?.accessModes)),
    text('Reclaim Policy', ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ''),
    text('Status', phaseOf),
    text('Claim', ({ spec }) => (spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '')),
    text('StorageClass', storageClassOf),
    text('VolumeAttributesClass', ({ spec }) => orUnset(spec?.volumeAttributesClassName)),
    text('Reason', ({ status }) => status?.reason ?? ''),
    AGE,
    wide(text('VolumeMode', ({ spec }) => orUnset(spec?.volumeMode))),
  ],
}

export const persistentVolumeClaimPrinter: Printer<k8s.PersistentVolumeClaim> = {
  columns: [
    NAME,
    text('Status', phaseOf),
    text('Volume', ({ spec }) => spec?.volumeName ?? ''),
    text('Capacity', ({ spec, status }) => (spec?.volumeName ? (status?.capacity?.storage ?? '0') : '')),
    text('Access Modes', ({ spec, status }) => (spec?.volumeName ? modesText(status?.accessModes) : '')),
    text('StorageClass', storageClassOf),
    text('VolumeAttributesClass', ({ spec }) => orUnset(spec?.volumeAttributesClassName)),
    AGE,
    wide(text('VolumeMode', ({ spec }) => orUnset(spec?.volumeMode))),
  ],
}

export const storageClassPrinter: Printer<k8s.StorageClass> = {
  columns: [
    {
      ...text<k8s.StorageClass>('Name', ({ metadata }) =>
        metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === 'true' ? `${metadata.name} (default)` : metadata.name,
      ),
      format: 'name',
    },
    text('Provisioner', ({ provisioner }) => provisioner),
    text('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
    text('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate'),
    // Kubernetes says that it is a string.
    text('AllowVolumeExpansion', ({ allowVolumeExpansion }) => allowVolumeExpansion === true),
    AGE,
  ],
}
