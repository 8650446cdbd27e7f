export { runNodeLifecycleController } from './run.ts'
