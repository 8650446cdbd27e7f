export {
  type AdmissionInput,
  admissionEnvironment,
  admissionVariables,
  type CompiledCondition,
  compileCondition,
  evaluateConditions,
} from './admission/index.ts'
export { type CompileResult, compileCel } from './compile.ts'
export { type CelEnvironment, kubernetesEnvironment } from './kubernetes-environment.ts'
export { type Evaluation, PER_CALL_LIMIT, type Program } from './program.ts'
export { type CheckRules, checkRules } from './rules/check-rules.ts'
export { ruleErrors } from './rules/rule-errors.ts'
export { type RuleNode, ruleNodeOf } from './rules/rule-node.ts'
