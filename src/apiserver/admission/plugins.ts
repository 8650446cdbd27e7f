/** The admission plugins, in the order they are asked. Source: k8s.io/kubernetes v1.34, pkg/kubeapiserver/options
 *  (AllOrderedPlugins, those that are on by default), and AppImages, which is ours. */
import type { AdmissionPlugin } from './admission.ts'
import { appImages } from './plugins/app-images.ts'
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './plugins/certificates.ts'
import { persistentVolumeClaimResize } from './plugins/claim-resize.ts'
import { defaultIngressClass, defaultStorageClass } from './plugins/default-class.ts'
import { defaultTolerationSeconds } from './plugins/default-toleration-seconds.ts'
import { namespaceLifecycle } from './plugins/namespace-lifecycle.ts'
import { nodeRestriction } from './plugins/node-restriction.ts'
import { taintNodesByCondition } from './plugins/node-taint.ts'
import { priority } from './plugins/priority.ts'
import { rbacEscalation } from './plugins/rbac-escalation.ts'
import { limitRanger } from './plugins/limit-ranger/plugin.ts'
import { podSecurity } from './plugins/pod-security/plugin.ts'
import { runtimeClass } from './plugins/runtime-class.ts'
import { serviceAccount } from './plugins/service-account/plugin.ts'
import { resourceQuota } from './plugins/resource-quota/plugin.ts'
import { storageObjectInUseProtection } from './plugins/storage-in-use.ts'
import { validatingAdmissionPolicy } from './policy/plugin.ts'
import { mutatingWebhooks } from './webhooks/mutating.ts'
import { validatingWebhooks } from './webhooks/validating.ts'

export const admissionPlugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  podSecurity,
  appImages,
  mutatingWebhooks,
  rbacEscalation,
  validatingAdmissionPolicy,
  validatingWebhooks,
  resourceQuota,
]
