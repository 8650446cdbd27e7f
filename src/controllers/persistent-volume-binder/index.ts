export { runPersistentVolumeBinder } from './run.ts'
