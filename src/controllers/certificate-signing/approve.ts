/** Approves requests of kubelets for their client certificates, when who asks has the right to them.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/certificates/approver/sarapprove.go. */
import { type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { KUBELET_CLIENT, kubeletClientProblem } from './recognize.ts'
import type { RequestedSubject } from './signer.ts'

const RIGHTS = [
  {
    subresource: 'selfnodeclient',
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  },
  { subresource: 'nodeclient', message: 'Auto approving kubelet client certificate after SubjectAccessReview.' },
] as const

export type Approval = 'approved' | 'refused' | 'not ours'

/** `request` is neither approved nor denied yet. */
export async function approveKubelet(
  client: Client,
  request: k8s.CertificateSigningRequest,
  subject: RequestedSubject,
): Promise<Approval> {
  const { signerName, username, usages = [] } = request.spec
  if (signerName !== KUBELET_CLIENT || kubeletClientProblem(subject, usages) !== undefined) return 'not ours'
  for (const { subresource, message } of RIGHTS) {
    if (subresource === 'selfnodeclient' && username !== subject.commonName) continue
    if (!(await isAllowed(client, request, subresource))) continue
    const approved = { type: 'Approved', status: 'True', reason: 'AutoApproved', message }
    const status = { ...request.status, conditions: [...(request.status?.conditions ?? []), approved] }
    await client.subresource(resources.certificatesigningrequests, request.metadata, 'approval', {
      method: 'PUT',
      body: { ...request, status },
    })
    return 'approved'
  }
  return 'refused'
}

async function isAllowed(client: Client, { spec }: k8s.CertificateSigningRequest, subresource: string) {
  const { username, uid, groups, extra } = spec
  const answer = await client.create(resources.subjectaccessreviews, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {} as k8s.ObjectMeta,
    spec: {
      user: username,
      uid,
      groups,
      extra,
      resourceAttributes: {
        group: 'certificates.k8s.io',
        version: '*',
        resource: 'certificatesigningrequests',
        subresource,
        verb: 'create',
      },
    },
  })
  return answer.status?.allowed ?? false
}
