export { runServiceAccountController } from './run.ts'
