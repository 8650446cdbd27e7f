/** DeviceClasses and ResourceSlices: what belongs to features that are off is not kept, unless it was there before.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/resource (deviceclass, resourceslice), with the features as they are by
 *  default. */
import type { k8s } from '../../../../api/index.ts'
import type { AnyObject } from '../../any-object.ts'
import { sameJson } from '../../same-json.ts'
import type { Strategy } from '../../strategy.ts'

const classOf = (object: AnyObject) => object as unknown as k8s.DeviceClass
const sliceOf = (object: AnyObject) => (object as unknown as k8s.ResourceSlice).spec

export const deviceClassStrategy: Strategy = {
  countsGenerations: true,
  prepareForCreate(object) {
    delete classOf(object).spec.extendedResourceName
  },
  prepareForUpdate(object, old) {
    if (classOf(old).spec.extendedResourceName === undefined) delete classOf(object).spec.extendedResourceName
  },
}

export const resourceSliceStrategy: Strategy = {
  countsGenerations: true,
  prepareForCreate: (object) => dropUnused(sliceOf(object), {}),
  prepareForUpdate(object, old) {
    // Also what is dropped counts.
    if (!sameJson(sliceOf(object), sliceOf(old))) object.metadata.generation = (old.metadata.generation ?? 0) + 1
    dropUnused(sliceOf(object), sliceOf(old))
  },
}

type DeviceField = keyof k8s.Device

/** Features, by what of a device is theirs. */
const PARTITIONS = ['consumesCounters', 'nodeName', 'nodeSelector', 'allNodes'] as const
const BINDINGS = ['bindingConditions', 'bindingFailureConditions', 'bindsToNode'] as const

function dropUnused(spec: k8s.ResourceSliceSpec, old: Partial<k8s.ResourceSliceSpec>): void {
  const before = old.devices ?? []
  const isUsed = (fields: readonly DeviceField[]) =>
    before.some((device) => fields.some((field) => isGiven(device[field])))
  const drop = (fields: readonly DeviceField[]) => {
    for (const device of spec.devices ?? []) for (const field of fields) delete device[field]
  }
  if (!isUsed(['taints'])) drop(['taints'])
  if (!isGiven(old.sharedCounters) && old.perDeviceNodeSelection === undefined && !isUsed(PARTITIONS)) {
    delete spec.sharedCounters
    delete spec.perDeviceNodeSelection
    drop(PARTITIONS)
  }
  if (!isUsed(BINDINGS)) drop(BINDINGS)
  const capacities = (devices: readonly k8s.Device[]) => devices.flatMap(({ capacity = {} }) => Object.values(capacity))
  if (isUsed(['allowMultipleAllocations']) || capacities(before).some(({ requestPolicy }) => isGiven(requestPolicy)))
    return
  drop(['allowMultipleAllocations'])
  for (const capacity of capacities(spec.devices ?? [])) delete capacity.requestPolicy
}

const isGiven = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== undefined)
