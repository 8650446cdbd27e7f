export { runTtlAfterFinishedController } from './run.ts'
