export { type LegacyTokenSource, runServiceAccountTokensController } from './run.ts'
