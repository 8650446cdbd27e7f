export { type LocalPathOptions, runLocalPathProvisioner } from './run.ts'
