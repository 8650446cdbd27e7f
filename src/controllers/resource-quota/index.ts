export { runResourceQuotaController } from './run.ts'
