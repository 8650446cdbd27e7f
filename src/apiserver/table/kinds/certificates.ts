import type { k8s } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text } from '../column.ts'
import { humanDuration } from '../duration.ts'

const NONE = '<none>'
const specOf = ({ spec }: Partial<k8s.CertificateSigningRequest>): Partial<k8s.CertificateSigningRequestSpec> =>
  spec ?? {}

export const certificateSigningRequestPrinter: Printer<k8s.CertificateSigningRequest> = {
  columns: [
    NAME,
    AGE,
    text('SignerName', (request) => specOf(request).signerName || NONE),
    text('Requestor', (request) => specOf(request).username ?? ''),
    text('RequestedDuration', (request) => {
      const { expirationSeconds } = specOf(request)
      return expirationSeconds === undefined ? NONE : humanDuration(expirationSeconds * 1000)
    }),
    text('Condition', condition),
  ],
}

/** `Approved,Issued`. */
function condition({ status }: k8s.CertificateSigningRequest): string {
  const has = (wanted: string) => (status?.conditions ?? []).some(({ type }) => type === wanted)
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return [decision, ...(has('Failed') ? ['Failed'] : []), ...(status?.certificate ? ['Issued'] : [])].join(',')
}
