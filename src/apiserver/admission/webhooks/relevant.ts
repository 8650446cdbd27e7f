/** Whether a webhook is to be asked about a request, and about which form of the object. */
import type { Resource } from '../../../api/index.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { matchRequest } from '../matching/index.ts'
import type { Hook } from './hook.ts'

/** Undefined: the webhook is not asked. Throws ApiError when that cannot be told. */
export async function relevantResource(
  { webhook }: Hook,
  request: AdmissionRequest,
  backend: Backend,
): Promise<Resource | undefined> {
  const { rules = [], namespaceSelector, objectSelector, matchPolicy } = webhook
  return matchRequest({ rules, namespaceSelector, objectSelector, matchPolicy }, request, backend)
}
