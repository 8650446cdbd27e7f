export { runTaintEvictionController } from './run.ts'
