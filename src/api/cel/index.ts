export { type CompileResult, compileCel } from './compile.ts'
export { type CelEnvironment, kubernetesEnvironment } from './kubernetes-environment.ts'
export { type Evaluation, PER_CALL_LIMIT, type Program } from './program.ts'
