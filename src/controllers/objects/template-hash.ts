/** Names for pod templates. */
import { createHash } from 'node:crypto'
import type { k8s } from '../../api/index.ts'
import { canonicalText } from './canonical.ts'
import { safeEncode } from './safe-name.ts'

/** The same for all ways to write the same template; `collisionCount` moves it when a name is taken. Ten letters, as
 *  Kubernetes' are (its own hash, over Go's memory layout, cannot be reproduced and is nobody's contract). */
export function templateHash(template: k8s.PodTemplateSpec, collisionCount = 0): string {
  const digest = createHash('sha256')
    .update(`${canonicalText(template)}\n${collisionCount}`)
    .digest()
  return safeEncode(String(digest.readUInt32BE()))
}
