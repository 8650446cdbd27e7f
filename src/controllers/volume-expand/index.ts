export { runVolumeExpandController } from './run.ts'
