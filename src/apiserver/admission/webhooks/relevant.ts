/** Whether a webhook is to be asked about a request, and about which form of the object.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/webhook/{generic,matchconditions}. */
import { admissionVariables, evaluateConditions } from '../../../api/machinery.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { admissionInput, matchRequest, type Shown, shownAs } from '../matching/index.ts'
import { forbidden } from '../plugins/forbidden.ts'
import type { Hook } from './hook.ts'

/** Undefined: the webhook is not asked. Throws ApiError when that cannot be told and the webhook is not to be
 *  overlooked. */
export async function shownTo(hook: Hook, request: AdmissionRequest, backend: Backend): Promise<Shown | undefined> {
  const { rules = [], namespaceSelector, objectSelector, matchPolicy, failurePolicy } = hook.webhook
  const resource = matchRequest({ rules, namespaceSelector, objectSelector, matchPolicy }, request, backend)
  if (resource === undefined) return undefined
  const shown = await shownAs(resource, request, backend)
  const conditions = hook.conditions()
  if (conditions.length === 0) return shown
  const result = evaluateConditions(conditions, admissionVariables(admissionInput(request, shown, { backend })))
  if (result.matches === true) return shown
  if (result.matches === false || failurePolicy === 'Ignore') return undefined
  const [first = '', ...more] = result.errors
  throw forbidden(request, more.length === 0 ? first : `[${result.errors.join(', ')}]`)
}
