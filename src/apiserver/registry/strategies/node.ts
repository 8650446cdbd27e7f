/** Nodes: a kubelet may send its status when it registers, and its labels and annotations with its status. */
import type { Strategy } from '../strategy.ts'

export const nodeStrategy: Strategy = { statusMetadata: ['labels', 'annotations'] }
