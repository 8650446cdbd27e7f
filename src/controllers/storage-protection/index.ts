export { runClaimProtection, runVolumeProtection } from './run.ts'
