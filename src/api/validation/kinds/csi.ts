/** CSIDrivers, CSINodes and CSIStorageCapacities. Source: kubernetes v1.34, pkg/apis/storage/validation,
 *  pkg/api/storage. */
import { dnsSubdomainProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type {
  CSIDriver,
  CSINode,
  CSINodeDriver,
  CSIStorageCapacity,
  StorageTokenRequest,
} from '../../generated/types.ts'
import { compareQuantities, formatQuantity, parseQuantity } from '../../quantity/index.ts'
import { duplicate, type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nodeLabelDeprecation } from '../node-label-deprecations.ts'
import { nonNegative } from '../numbers.ts'
import { validateDriverName } from '../volumes/drivers.ts'
import { validateSelector } from './selector.ts'

const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType']
const MODES = ['Persistent', 'Ephemeral']
const MAX_NODE_ID = 256
const MIN_TOKEN_SECONDS = 600

export const csiDriverRules: KindRules<CSIDriver> = {
  reportsMissing: true,
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const {
      fsGroupPolicy: policy,
      tokenRequests,
      volumeLifecycleModes,
      nodeAllocatableUpdatePeriodSeconds: period,
    } = spec
    const errors: FieldError[] = []
    // Kubernetes misspells the first.
    if (spec.attachRequired === undefined) errors.push(required('spec.attachedRequired'))
    for (const field of ['podInfoOnMount', 'storageCapacity'] as const)
      if (spec[field] === undefined) errors.push(required(`spec.${field}`))
    if (policy !== undefined && !FS_GROUP_POLICIES.includes(policy))
      errors.push(notSupported('spec.fsGroupPolicy', policy, FS_GROUP_POLICIES))
    errors.push(...validateTokens(tokenRequests ?? []))
    for (const mode of volumeLifecycleModes ?? [])
      if (!MODES.includes(mode)) errors.push(notSupported('spec.volumeLifecycleModes', mode, MODES))
    const field = 'spec.nodeAllocatableUpdatePeriodSeconds'
    if (period !== undefined && period < 10)
      errors.push(invalidValue(field, period, 'must be greater than or equal to 10 seconds'))
    return errors
  },
  validateUpdate: ({ spec }, { spec: old }) => [
    ...immutable(spec.attachRequired, old.attachRequired, 'spec.attachedRequired'),
    ...immutable(spec.volumeLifecycleModes, old.volumeLifecycleModes, 'spec.volumeLifecycleModes'),
  ],
}

function validateTokens(requests: readonly Partial<StorageTokenRequest>[]): FieldError[] {
  const audiences = new Set<string>()
  return requests.flatMap(({ audience = '', expirationSeconds: seconds }, index) => {
    const at = `spec.tokenRequests[${index}]`
    if (audiences.has(audience)) return [duplicate(`${at}.audience`, audience)]
    audiences.add(audience)
    if (seconds === undefined) return []
    const path = `${at}.expirationSeconds`
    if (seconds < MIN_TOKEN_SECONDS)
      return [invalidValue(path, seconds, 'may not specify a duration less than 10 minutes')]
    return seconds > 2 ** 32 ? [invalidValue(path, seconds, 'may not specify a duration larger than 2^32 seconds')] : []
  })
}

export const csiNodeRules: KindRules<CSINode> = {
  reportsMissing: true,
  validate: validateNode,
  // Kubernetes checks what replaces something twice, and says so.
  validateUpdate: (node, { spec: old }) => [
    ...validateNode(node),
    ...(old.drivers ?? []).flatMap((before) =>
      (node.spec.drivers ?? []).flatMap((now) =>
        now.name === before.name ? immutable(internalDriver(now), internalDriver(before), 'spec.drivers') : [],
      ),
    ),
  ],
}

function validateNode({ spec }: CSINode): FieldError[] {
  const names = new Set<string>()
  return (spec?.drivers ?? []).flatMap((driver: Partial<CSINodeDriver>, index) => {
    const at = `spec.drivers[${index}]`
    const { name = '', nodeID = '', allocatable, topologyKeys = [] } = driver
    const errors = validateDriverName(name, `${at}.name`)
    if (nodeID === '') errors.push(required(`${at}.nodeID`))
    if (Buffer.byteLength(nodeID) > MAX_NODE_ID)
      errors.push(invalidValue(`${at}.nodeID`, nodeID, `must be ${MAX_NODE_ID} characters or less`))
    errors.push(...nonNegative(allocatable?.count, `${at}.allocatable.count`))
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    names.add(name)
    return [...errors, ...validateKeys(topologyKeys, at)]
  })
}

/** As Kubernetes' messages print it. */
const internalDriver = ({ name, nodeID, topologyKeys, allocatable }: CSINodeDriver) => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys ?? null,
  Allocatable: allocatable === undefined ? null : { Count: allocatable.count ?? null },
})

function validateKeys(keys: readonly string[], at: string): FieldError[] {
  return keys.flatMap((key, index) => [
    ...(key === '' ? [required(at)] : []),
    ...(keys.indexOf(key) < index ? [duplicate(at, key)] : []),
    ...invalidFormat(at, key, qualifiedNameProblems(key)),
  ])
}

export const csiStorageCapacityRules: KindRules<CSIStorageCapacity> = {
  reportsMissing: true,
  validate: ({ nodeTopology, storageClassName: name, capacity }, old) => {
    const before = old?.nodeTopology
    const allowsInvalidValues = before !== undefined && validateSelector(before, '').length > 0
    const errors =
      nodeTopology === undefined ? [] : validateSelector(nodeTopology, 'nodeTopology', { allowsInvalidValues })
    errors.push(...invalidFormat('storageClassName', name, dnsSubdomainProblems(name)))
    if (capacity !== undefined && compareQuantities(capacity, 0) < 0)
      errors.push(
        invalidValue('capacity', formatQuantity(parseQuantity(capacity)), 'must be greater than or equal to 0'),
      )
    return errors
  },
  validateUpdate: ({ nodeTopology, storageClassName }, old) => [
    // A selector of all nodes is another than none.
    ...((nodeTopology === undefined) === (old.nodeTopology === undefined)
      ? immutable(nodeTopology, old.nodeTopology, 'nodeTopology')
      : [invalidValue('nodeTopology', nodeTopology, 'field is immutable')]),
    ...immutable(storageClassName, old.storageClassName, 'storageClassName'),
  ],
  warnings: ({ nodeTopology: { matchExpressions = [], matchLabels = {} } = {} }) => [
    ...matchExpressions.flatMap(({ key }, index) => {
      const why = nodeLabelDeprecation(key)
      return why === undefined ? [] : [`nodeTopology.matchExpressions[${index}].key: ${key} is ${why}`]
    }),
    ...Object.keys(matchLabels).flatMap((label) => {
      const why = nodeLabelDeprecation(label)
      return why === undefined ? [] : [`nodeTopology.matchLabels.${label}: ${why}`]
    }),
  ],
}
