/** Who may approve and sign certificate requests is said per signer; and no request makes its bearer an administrator.
 *  Source: k8s.io/kubernetes v1.34, plugin/pkg/admission/certificates and pkg/certauthorization. */
import { type k8s, resources, type UserInfo } from '../../../api/index.ts'
import { errorMessage } from '../../../lib/index.ts'
import { readSigningRequest } from '../../certificates/signing-request.ts'
import { sameJson } from '../../registry/same-json.ts'
import type { Authorize } from '../../auth/authorize.ts'
import type { AdmissionPlugin, AdmissionRequest } from '../admission.ts'
import { forbidden, isOf } from './forbidden.ts'

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'
const isRequest = ({ resource }: AdmissionRequest) => isOf(resource, resources.certificatesigningrequests)
const requestOf = (object: unknown) => object as k8s.CertificateSigningRequest

export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  handles: (request) => request.operation === 'UPDATE' && request.subresource === 'approval' && isRequest(request),
  validate(request, { authorize }) {
    const { signerName } = requestOf(request.oldObject).spec
    if (!mayUseSigner(authorize, request.context.user, { verb: 'approve', signerName }))
      throw forbidden(request, `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`)
  },
}

export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  handles: (request) => request.operation === 'UPDATE' && request.subresource === 'status' && isRequest(request),
  validate(request, { authorize }) {
    const [now, before] = [requestOf(request.object), requestOf(request.oldObject)]
    if (sameJson(answerOf(now), answerOf(before))) return
    const { signerName } = before.spec
    if (!mayUseSigner(authorize, request.context.user, { verb: 'sign', signerName }))
      throw forbidden(request, `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`)
  },
}

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  handles: (request) => request.operation === 'CREATE' && request.subresource === '' && isRequest(request),
  async validate(request) {
    const { signerName, request: encoded } = requestOf(request.object).spec
    if (signerName !== CLIENT_SIGNER) return
    const { organizations } = await subjectOf(request, encoded)
    if (organizations.includes('system:masters'))
      throw forbidden(request, `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`)
  },
}

const answerOf = ({ status }: k8s.CertificateSigningRequest) => ({
  certificate: status?.certificate ?? '',
  conditions: status?.conditions ?? [],
})

/** A right to one signer, or to all of its domain (`kubernetes.io/*`). */
function mayUseSigner(
  authorize: Authorize,
  user: UserInfo,
  { verb, signerName }: { verb: string; signerName: string },
): boolean {
  const domain = signerName.split('/', 1)[0] ?? ''
  const resource = { group: 'certificates.k8s.io', resource: 'signers' }
  return [signerName, `${domain}/*`].some((name) => authorize(user, { verb, resource, name }).allowed)
}

async function subjectOf(request: AdmissionRequest, encoded: string) {
  try {
    return await readSigningRequest(Buffer.from(encoded, 'base64').toString('utf8'))
  } catch (error) {
    throw forbidden(request, `failed to parse CSR: ${errorMessage(error)}`)
  }
}
