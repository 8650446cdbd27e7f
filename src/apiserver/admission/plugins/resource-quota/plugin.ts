/** ResourceQuota: a namespace uses no more than it may. What a write costs is added to the quota's status before the
 *  write happens, one writer after the other, so that many at once cannot use more than there is; what is not used after
 *  all (the write fails, the object goes) the controller gives back.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/resourcequota. */
import { isApiError, type k8s, resources, subtractLists } from '../../../../api/index.ts'
import { isQuotaIgnored, quotaEvaluator } from '../../../../api/machinery.ts'
import type { AnyObject } from '../../../registry/any-object.ts'
import { updateObject } from '../../../registry/update.ts'
import { serverContext } from '../../../registry/write-context.ts'
import type { Backend } from '../../../server/context.ts'
import type { AdmissionPlugin } from '../../admission.ts'
import type { AdmissionRequest } from '../../admission-request.ts'
import { forbidden, isOf } from '../forbidden.ts'
import { chargeOf, pay, type Write } from './charge.ts'

const quotasOf = ({ namespace = '' }: AdmissionRequest, { views }: Backend): readonly k8s.ResourceQuota[] =>
  views.of(resources.resourcequotas).listIn(namespace) as unknown as readonly k8s.ResourceQuota[]

export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  handles: (request, backend) =>
    request.resource.namespaced &&
    request.object !== undefined &&
    quotasOf(request, backend).length > 0 &&
    isCharged(request) &&
    !isQuotaIgnored(request.resource),
  async validate(request, backend) {
    const write: Write = {
      evaluator: quotaEvaluator(request.resource),
      object: request.object as AnyObject,
      oldObject: request.oldObject,
      nowMs: backend.clock.now(),
      isStatus: request.subresource === 'status',
    }
    const quotas = quotasOf(request, backend)
    // All are looked at before any is charged: most refusals cost nobody anything.
    for (const quota of quotas) check(request, quota, write)
    if (request.context.dryRun) return
    const charged: [k8s.ResourceQuota, Record<string, string>][] = []
    try {
      for (const quota of quotas) {
        const usage = await charge(backend, request, quota, write)
        if (usage !== undefined) charged.push([quota, usage])
      }
    } catch (error) {
      for (const [quota, usage] of charged) await giveBack(backend, quota, usage)
      throw error
    }
  },
}

/** Most kinds cost something only when an object is made; services, claims and pods may grow later. */
function isCharged({ operation, resource, subresource, object, oldObject }: AdmissionRequest): boolean {
  if (operation === 'CREATE') return subresource === ''
  if (operation !== 'UPDATE') return false
  if (isOf(resource, resources.services)) return subresource === ''
  if (isOf(resource, resources.pods))
    return subresource === 'resize' || (subresource === '' && isBounded(object) !== isBounded(oldObject))
  if (!isOf(resource, resources.persistentvolumeclaims)) return false
  return subresource === '' || (subresource === 'status' && allocatedOf(object) !== allocatedOf(oldObject))
}

const isBounded = (pod: AnyObject | undefined) =>
  (pod?.spec as k8s.PodSpec | undefined)?.activeDeadlineSeconds !== undefined

const allocatedOf = (claim: AnyObject | undefined) =>
  JSON.stringify((claim?.status as k8s.PersistentVolumeClaimStatus | undefined)?.allocatedResources?.storage)

/** What the write costs this quota now. Throws ApiError `Forbidden` when that is too much. */
function check(request: AdmissionRequest, quota: k8s.ResourceQuota, write: Write) {
  const cost = chargeOf(quota, write)
  if (cost.kind === 'refused') throw forbidden(request, cost.why)
  if (cost.kind === 'none') return undefined
  const paid = pay(quota, cost.usage, write.isStatus)
  if ('why' in paid) throw forbidden(request, paid.why)
  return { usage: cost.usage, used: paid.used }
}

async function charge(
  backend: Backend,
  request: AdmissionRequest,
  quota: k8s.ResourceQuota,
  write: Write,
): Promise<Record<string, string> | undefined> {
  if (check(request, quota, write) === undefined) return undefined
  let usage: Record<string, string> | undefined
  await changeUsed(backend, quota, (current) => {
    const cost = check(request, current, write)
    usage = cost?.usage
    return cost?.used
  })
  return usage
}

const giveBack = (backend: Backend, quota: k8s.ResourceQuota, usage: Record<string, string>) =>
  changeUsed(backend, quota, ({ status }) => subtractLists(status?.used ?? {}, usage))

/** How often writers who come in each other's way try again. One of them succeeds each time. */
const ROUNDS = 50

/** Compares and swaps `status.used`. A quota that is gone limits nobody. */
async function changeUsed(
  backend: Backend,
  { metadata }: k8s.ResourceQuota,
  change: (current: k8s.ResourceQuota) => Record<string, string> | undefined,
): Promise<void> {
  const { namespace, name } = metadata
  for (let round = 1; ; round++) {
    try {
      await updateObject(
        backend,
        resources.resourcequotas,
        { namespace, name },
        (object) => {
          const quota = object as unknown as k8s.ResourceQuota
          const used = change(quota)
          if (used !== undefined) quota.status = { ...quota.status, used }
          // Whatever is current is charged: a lost race is run again.
          delete object.metadata.resourceVersion
          return object
        },
        { part: 'status', context: { ...serverContext(), subresource: 'status' } },
      )
      return
    } catch (error) {
      if (isApiError(error, 'NotFound')) return
      if (!isApiError(error, 'Conflict') || round === ROUNDS) throw error
    }
  }
}
