/** The admission plugins, in the order they are asked. Source: k8s.io/kubernetes v1.34, pkg/kubeapiserver/options
 *  (AllOrderedPlugins, those that are on by default). */
import type { AdmissionPlugin } from './admission.ts'
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './plugins/certificates.ts'
import { rbacEscalation } from './plugins/rbac-escalation.ts'
import { limitRanger } from './plugins/limit-ranger/plugin.ts'
import { podSecurity } from './plugins/pod-security/plugin.ts'
import { resourceQuota } from './plugins/resource-quota/plugin.ts'
import { mutatingWebhooks } from './webhooks/mutating.ts'
import { validatingWebhooks } from './webhooks/validating.ts'

export const admissionPlugins: readonly AdmissionPlugin[] = [
  limitRanger,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  podSecurity,
  mutatingWebhooks,
  rbacEscalation,
  validatingWebhooks,
  resourceQuota,
]
