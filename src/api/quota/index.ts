export { inScopes, type QuotaEvaluator, quotaEvaluator } from './evaluator.ts'
export { isQuotaIgnored } from './names.ts'
export { containerLimits, containerRequests, podLimits, podRequests } from './pod-resources.ts'
export { qosClassOf } from './qos-class.ts'
