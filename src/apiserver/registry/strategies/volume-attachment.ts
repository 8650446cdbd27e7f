/** VolumeAttachments. Source: kubernetes v1.34, pkg/registry/storage/volumeattachment. */
import type { k8s } from '../../../api/index.ts'
import { STATUS_ALONE, type Strategy } from '../strategy.ts'

export const volumeAttachmentStrategy: Strategy = {
  statusKeeps: STATUS_ALONE,
  /** Codes of errors come with a feature that is off. */
  prepareForStatus({ status }) {
    const { attachError, detachError } = (status ?? {}) as Partial<k8s.VolumeAttachmentStatus>
    delete attachError?.errorCode
    delete detachError?.errorCode
  },
}
