export {
  type AdmissionInput,
  admissionEnvironment,
  admissionVariables,
  type CompiledCondition,
  compileCondition,
  compilePolicy,
  evaluateConditions,
  evaluatePolicy,
  type KnownKind,
  type PolicyExpressions,
  policyEnvironment,
  typeCheckPolicy,
} from './admission/index.ts'
export { deviceSelectorProblem } from './device/selector.ts'
export { checkRules } from './rules/check-rules.ts'
export { ruleErrors } from './rules/rule-errors.ts'
export { type RuleNode, ruleNodeOf } from './rules/rule-node.ts'
