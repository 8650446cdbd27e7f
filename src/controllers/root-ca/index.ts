export { runRootCaController } from './run.ts'
