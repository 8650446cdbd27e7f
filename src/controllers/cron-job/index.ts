export { runCronJobController } from './run.ts'
