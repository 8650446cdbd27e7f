export { runReplicaSetController } from './run.ts'
