/** ValidatingAdmissionPolicy: expressions that may refuse what is written, without a webhook.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/policy/validating. */
import type { AdmissionPlugin } from '../admission.ts'
import { isExempt } from '../matching/index.ts'
import { applyPolicy } from './apply-policy.ts'
import { boundPolicies, hasBindings } from './policies.ts'
import { refusalError } from './refusal.ts'

export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  handles: (request, backend) => hasBindings(backend) && !isExempt(request),
  async validate(request, backend) {
    const refusals = []
    // All are asked: each may have something to note.
    for (const bound of boundPolicies(backend)) refusals.push(...(await applyPolicy(bound, request, backend)))
    const [first] = refusals
    if (first !== undefined) throw refusalError(request, first)
  },
}
