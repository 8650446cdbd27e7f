import type { FilterPlugin } from '../framework.ts'

/** A pod that names its node fits nowhere else. */
export const nodeName: FilterPlugin = {
  name: 'NodeName',
  wakesOn: ['NodeChanged'],
  nodeLocal: true,
  begin: (pod) => {
    const wanted = pod.spec.nodeName
    if (!wanted) return undefined
    return (node) =>
      node.name === wanted
        ? undefined
        : { reasons: ["node(s) didn't match the requested node name"], resolvable: false }
  },
}
