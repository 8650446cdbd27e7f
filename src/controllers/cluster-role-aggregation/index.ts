export { runClusterRoleAggregationController } from './run.ts'
