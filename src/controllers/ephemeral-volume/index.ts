export { runEphemeralVolumeController } from './run.ts'
