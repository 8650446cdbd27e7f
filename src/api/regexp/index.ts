export { compilePattern, type CompiledPattern, type Pattern } from './re2.ts'
