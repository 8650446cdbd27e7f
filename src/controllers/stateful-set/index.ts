export { runStatefulSetController } from './run.ts'
