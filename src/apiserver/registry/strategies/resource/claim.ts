/** ResourceClaims and their templates: what belongs to features that are off is not kept, and only namespaces that are
 *  for it get devices that others use. Source: k8s.io/kubernetes v1.34, pkg/registry/resource (resourceclaim/strategy.go,
 *  utils.go), with the features as they are by default. */
import { type FieldError, invalid, type k8s, type Resource, resources } from '../../../../api/index.ts'
import type { AnyObject } from '../../any-object.ts'
import { objectKey } from '../../object-key.ts'
import { decodeEntry } from '../../object-text.ts'
import { STATUS_ALONE, type Strategy, type StrategyServices } from '../../strategy.ts'

const ADMIN_LABEL = 'resource.kubernetes.io/admin-access'

type Claim = k8s.ResourceResourceClaim
type Template = k8s.ResourceClaimTemplate
type Result = k8s.DeviceRequestAllocationResult

const claimOf = (object: AnyObject) => object as unknown as Claim
const requestsOf = (spec: k8s.ResourceClaimSpec | undefined) => spec?.devices?.requests ?? []
const resultsOf = ({ status }: Claim) => status?.allocation?.devices?.results ?? []

export const resourceClaimStrategy: Strategy = {
  statusKeeps: STATUS_ALONE,
  async prepareForCreate(object, backend) {
    const claim = claimOf(object)
    dropFromSpec(claim.spec, undefined)
    await checkAdmin(backend, resources.resourceclaims, object, adminRequest(claim.spec))
  },
  prepareForUpdate(object, old) {
    dropFromSpec(claimOf(object).spec, claimOf(old).spec)
  },
  async prepareForStatus(object, old, backend) {
    const [claim, before] = [claimOf(object), claimOf(old)]
    dropReleased(claim, before)
    dropFromStatus(claim, before)
    if (resultsOf(before).some(({ adminAccess }) => adminAccess === true)) return
    const index = resultsOf(claim).findIndex(({ adminAccess }) => adminAccess === true)
    const path = index < 0 ? undefined : `status.allocation.devices.results[${index}].adminAccess`
    await checkAdmin(backend, resources.resourceclaims, object, path)
  },
}

export const resourceClaimTemplateStrategy: Strategy = {
  async prepareForCreate(object, backend) {
    const { spec } = (object as unknown as Template).spec
    dropFromSpec(spec, undefined)
    await checkAdmin(backend, resources.resourceclaimtemplates, object, adminRequest(spec))
  },
  prepareForUpdate(object, old) {
    dropFromSpec((object as unknown as Template).spec.spec, (old as unknown as Template).spec.spec)
  },
}

/** The path is the same for a template, as Kubernetes has it. */
function adminRequest(spec: k8s.ResourceClaimSpec): string | undefined {
  const index = requestsOf(spec).findIndex(({ exactly }) => exactly?.adminAccess === true)
  return index < 0 ? undefined : `spec.devices.requests[${index}].adminAccess`
}

async function checkAdmin(
  { store }: StrategyServices,
  resource: Resource,
  { metadata }: AnyObject,
  field: string | undefined,
): Promise<void> {
  if (field === undefined) return
  const entry = await store.get(objectKey(resources.namespaces, { name: metadata.namespace ?? '' }))
  const labels = entry === undefined ? {} : (decodeEntry(entry).metadata.labels ?? {})
  if (labels[ADMIN_LABEL] === 'true') return
  const message = `Forbidden: admin access to devices requires the \`${ADMIN_LABEL}: true\` label on the containing namespace`
  const error: FieldError = { type: 'FieldValueForbidden', field, message }
  throw invalid(resource, metadata.name ?? '', [error])
}

/** Amounts of shared capacity, unless there were some before. */
function dropFromSpec(spec: k8s.ResourceClaimSpec, old: k8s.ResourceClaimSpec | undefined): void {
  const wanted = (one: k8s.ResourceClaimSpec | undefined) =>
    requestsOf(one).flatMap(({ exactly, firstAvailable = [] }) => [...(exactly ? [exactly] : []), ...firstAvailable])
  const isUsed =
    wanted(old).some(({ capacity }) => capacity !== undefined) ||
    (old?.devices?.constraints ?? []).some(({ distinctAttribute }) => distinctAttribute !== undefined)
  if (!isUsed) for (const request of wanted(spec)) delete request.capacity
}

function dropFromStatus(claim: Claim, old: Claim): void {
  const { allocation } = claim.status ?? {}
  if (!bindsConditionally(old) && allocation !== undefined) {
    delete allocation.allocationTimestamp
    for (const result of resultsOf(claim)) {
      delete result.bindingConditions
      delete result.bindingFailureConditions
    }
  }
  if (sharesCapacity(old)) return
  for (const result of resultsOf(claim)) {
    delete result.shareID
    delete result.consumedCapacity
  }
  for (const device of claim.status?.devices ?? []) delete device.shareID
}

const bindsConditionally = (claim: Claim): boolean =>
  claim.status?.allocation?.allocationTimestamp !== undefined ||
  resultsOf(claim).some(
    ({ bindingConditions = [], bindingFailureConditions = [] }) =>
      bindingConditions.length > 0 || bindingFailureConditions.length > 0,
  )

const sharesCapacity = (claim: Claim): boolean =>
  resultsOf(claim).some(({ shareID, consumedCapacity }) => shareID !== undefined || consumedCapacity !== undefined) ||
  (claim.status?.devices ?? []).some(({ shareID }) => shareID !== undefined)

/** How a device is goes with the device. */
function dropReleased(claim: Claim, old: Claim): void {
  const keyOf = ({ driver, pool, device, shareID }: Pick<Result, 'driver' | 'pool' | 'device' | 'shareID'>) =>
    JSON.stringify([driver, pool, device, shareID ?? null])
  const kept = new Set(resultsOf(claim).map(keyOf))
  const released = new Set(
    resultsOf(old)
      .map(keyOf)
      .filter((key) => !kept.has(key)),
  )
  if (claim.status?.devices === undefined) return
  claim.status.devices = claim.status.devices.filter((device) => !released.has(keyOf(device)))
  if (claim.status.devices.length === 0) delete claim.status.devices
}
