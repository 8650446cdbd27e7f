import { toleratesTaint } from '../../api/index.ts'
import type { FilterPlugin } from '../framework.ts'

const CORDONED = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** Keeps pods off cordoned nodes (`spec.unschedulable`). */
export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  wakesOn: ['NodeChanged'],
  nodeLocal: true,
  begin: (pod) => {
    if (toleratesTaint(pod.spec.tolerations, CORDONED)) return undefined
    return ({ node }) =>
      node.spec?.unschedulable ? { reasons: ['node(s) were unschedulable'], resolvable: false } : undefined
  },
}
