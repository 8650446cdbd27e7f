/** What a claim asks for and gets, as Kubernetes' messages print it: with every field, under the names of its internal types.
 *  Source: kubernetes v1.34, pkg/apis/resource/types.go. */
import type {
  AllocationResult,
  DeviceClaim,
  DeviceRequest,
  DeviceSelector,
  DeviceToleration,
  ExactDeviceRequest,
  NodeSelectorTerm,
  ResourceClaimSpec,
} from '../../../generated/types.ts'

export const internalClaimSpec = ({ devices = {} }: ResourceClaimSpec) => ({ Devices: internalClaim(devices) })

const listOf = <T, U>(items: readonly T[] | undefined, map: (item: T) => U): U[] | null => items?.map(map) ?? null

const internalClaim = ({ requests, constraints, config }: DeviceClaim) => ({
  Requests: listOf(requests, internalRequest),
  Constraints: listOf(constraints, (one) => ({
    Requests: one.requests ?? null,
    MatchAttribute: one.matchAttribute ?? null,
    DistinctAttribute: one.distinctAttribute ?? null,
  })),
  Config: listOf(config, (one) => ({
    Requests: one.requests ?? null,
    Opaque: one.opaque === undefined ? null : { Driver: one.opaque.driver, Parameters: one.opaque.parameters },
  })),
})

const internalRequest = ({ name = '', exactly, firstAvailable }: Partial<DeviceRequest>) => ({
  Name: name,
  Exactly: exactly === undefined ? null : internalExact(exactly),
  FirstAvailable: listOf(firstAvailable, (one) => {
    const { AdminAccess: _none, ...shared } = internalExact(one)
    return { Name: one.name, ...shared }
  }),
})

const internalExact = (request: ExactDeviceRequest) => ({
  DeviceClassName: request.deviceClassName,
  Selectors: listOf(request.selectors, internalSelector),
  AllocationMode: request.allocationMode ?? '',
  Count: request.count ?? 0,
  AdminAccess: request.adminAccess ?? null,
  Tolerations: listOf(request.tolerations, internalToleration),
  Capacity: request.capacity === undefined ? null : { Requests: request.capacity.requests ?? null },
})

const internalSelector = ({ cel }: DeviceSelector) => ({
  CEL: cel === undefined ? null : { Expression: cel.expression },
})

const internalToleration = (toleration: DeviceToleration) => ({
  Key: toleration.key ?? '',
  Operator: toleration.operator ?? '',
  Value: toleration.value ?? '',
  Effect: toleration.effect ?? '',
  TolerationSeconds: toleration.tolerationSeconds ?? null,
})

export const internalAllocation = ({ devices = {}, nodeSelector, allocationTimestamp }: AllocationResult) => ({
  Devices: {
    Results: listOf(devices.results, (one) => ({
      Request: one.request,
      Driver: one.driver,
      Pool: one.pool,
      Device: one.device,
      AdminAccess: one.adminAccess ?? null,
      Tolerations: listOf(one.tolerations, internalToleration),
      BindingConditions: one.bindingConditions ?? null,
      BindingFailureConditions: one.bindingFailureConditions ?? null,
      ShareID: one.shareID ?? null,
      ConsumedCapacity: one.consumedCapacity ?? null,
    })),
    Config: listOf(devices.config, (one) => ({
      Source: one.source,
      Requests: one.requests ?? null,
      Opaque: one.opaque === undefined ? null : { Driver: one.opaque.driver, Parameters: one.opaque.parameters },
    })),
  },
  NodeSelector:
    nodeSelector === undefined ? null : { NodeSelectorTerms: internalTerms(nodeSelector.nodeSelectorTerms) },
  AllocationTimestamp: allocationTimestamp ?? null,
})

export const internalTerms = (terms: readonly NodeSelectorTerm[]) =>
  terms.map(({ matchExpressions, matchFields }) => ({
    MatchExpressions: listOf(matchExpressions, internalExpression),
    MatchFields: listOf(matchFields, internalExpression),
  }))

const internalExpression = (one: { key: string; operator: string; values?: string[] | undefined }) => ({
  Key: one.key,
  Operator: one.operator,
  Values: one.values ?? null,
})
