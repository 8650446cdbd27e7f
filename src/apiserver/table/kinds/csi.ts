/** How volumes come to nodes. */
import type { k8s } from '../../../api/index.ts'
import { AGE, boolean, integer, NAME, type Printer, text } from '../column.ts'
import { orNone } from '../words.ts'

export const csiDriverPrinter: Printer<k8s.CSIDriver> = {
  columns: [
    NAME,
    boolean('AttachRequired', ({ spec }) => spec?.attachRequired ?? true),
    boolean('PodInfoOnMount', ({ spec }) => spec?.podInfoOnMount ?? false),
    boolean('StorageCapacity', ({ spec }) => spec?.storageCapacity ?? false),
    text('TokenRequests', ({ spec }) => spec?.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>'),
    boolean('RequiresRepublish', ({ spec }) => spec?.requiresRepublish ?? false),
    text('Modes', ({ spec }) => orNone(spec?.volumeLifecycleModes?.join(','))),
    AGE,
  ],
}

export const csiNodePrinter: Printer<k8s.CSINode> = {
  columns: [NAME, integer('Drivers', ({ spec }) => (spec?.drivers ?? []).length), AGE],
}

export const volumeAttachmentPrinter: Printer<k8s.VolumeAttachment> = {
  columns: [
    NAME,
    { ...text('Attacher', ({ spec }) => spec?.attacher), format: 'name' },
    text('PV', ({ spec }) => spec?.source.persistentVolumeName ?? ''),
    text('Node', ({ spec }) => spec?.nodeName),
    boolean('Attached', ({ status }) => status?.attached ?? false),
    AGE,
  ],
}

export const volumeAttributesClassPrinter: Printer<k8s.VolumeAttributesClass> = {
  columns: [NAME, text('DriverName', ({ driverName }) => driverName), AGE],
}
