export { runJobController } from './run.ts'
