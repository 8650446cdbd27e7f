export { runDisruptionController } from './run.ts'
