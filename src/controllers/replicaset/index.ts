export type { ReplicaOwnerKind } from './owner.ts'
export { runReplicaOwnerController, runReplicaSetController } from './run.ts'
