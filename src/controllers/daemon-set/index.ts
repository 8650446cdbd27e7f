export { runDaemonSetController } from './run.ts'
