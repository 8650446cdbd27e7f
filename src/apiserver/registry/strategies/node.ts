/** Nodes: a kubelet may send its status when it registers, and its labels and annotations with its status.
 *  Source: kubernetes v1.34, pkg/registry/core/node. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

export const nodeStrategy: Strategy = {
  keepsStatus: true,
  prepareForCreate(object) {
    delete specOf(object)?.configSource
    delete statusOf(object)?.config
  },
  prepareForUpdate(object, old) {
    if (specOf(old)?.configSource === undefined) delete specOf(object)?.configSource
  },
  prepareForStatus(object, old) {
    if (statusOf(old)?.config === undefined) delete statusOf(object)?.config
  },
}

// Configuration by reference is a thing of the past: only what has it keeps it.
const specOf = ({ spec }: AnyObject) => spec as k8s.NodeSpec | undefined
const statusOf = ({ status }: AnyObject) => status as k8s.NodeStatus | undefined
