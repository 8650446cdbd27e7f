export { type CompiledCondition, compileCondition, evaluateConditions, type NamedExpression } from './condition.ts'
export { admissionEnvironment } from './environment.ts'
export { type AdmissionInput, admissionVariables } from './variables.ts'
