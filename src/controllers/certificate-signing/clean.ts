/** Which requests have been answered, or left unanswered, for so long that they go.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/certificates/cleaner/cleaner.go. */
import { X509Certificate } from 'node:crypto'
import type { k8s } from '../../api/index.ts'

const HOUR_MS = 3_600_000
const ANSWERED_MS = HOUR_MS
const PENDING_MS = 24 * HOUR_MS

export function isOutdated({ metadata, status }: k8s.CertificateSigningRequest, nowMs: number): boolean {
  const { conditions = [], certificate } = status ?? {}
  const olderThan = (time: string | undefined, ms: number) => time !== undefined && nowMs - Date.parse(time) > ms
  if (conditions.length === 0) return olderThan(metadata.creationTimestamp, PENDING_MS)
  return conditions.some(({ type, lastUpdateTime }) => {
    if (type === 'Denied' || type === 'Failed') return olderThan(lastUpdateTime, ANSWERED_MS)
    if (type !== 'Approved' || !certificate) return false
    return olderThan(lastUpdateTime, ANSWERED_MS) || isExpired(certificate, nowMs)
  })
}

function isExpired(certificate: string, nowMs: number): boolean {
  try {
    return Date.parse(new X509Certificate(Buffer.from(certificate, 'base64')).validTo) < nowMs
  } catch {
    return false
  }
}
