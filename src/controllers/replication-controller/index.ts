export { runReplicationControllerController } from './run.ts'
