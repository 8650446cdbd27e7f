export { runEventTtlController } from './run.ts'
