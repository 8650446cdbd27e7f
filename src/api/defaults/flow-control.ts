/** FlowSchemas and PriorityLevelConfigurations. */
import type {
  ExemptPriorityLevelConfiguration,
  FlowSchemaSpec,
  LimitedPriorityLevelConfiguration,
  QueuingConfiguration,
} from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'

export const flowControlDefaults: DefaultFunctions = {
  'io.k8s.api.flowcontrol.v1.FlowSchemaSpec': (spec: FlowSchemaSpec) => orElse(spec, 'matchingPrecedence', 1000),
  'io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration': (exempt: ExemptPriorityLevelConfiguration) => {
    ifMissing(exempt, 'nominalConcurrencyShares', 0)
    ifMissing(exempt, 'lendablePercent', 0)
  },
  'io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration': (limited: LimitedPriorityLevelConfiguration) => {
    ifMissing(limited, 'nominalConcurrencyShares', 30)
    ifMissing(limited, 'lendablePercent', 0)
  },
  'io.k8s.api.flowcontrol.v1.QueuingConfiguration': (queuing: QueuingConfiguration) => {
    orElse(queuing, 'handSize', 8)
    orElse(queuing, 'queues', 64)
    orElse(queuing, 'queueLengthLimit', 50)
  },
}
