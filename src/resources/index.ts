export { chooseProvisioner } from './choose-provisioner.ts'
export { readProvisioners } from './read-provisioners.ts'
export { runResources } from './run-resources.ts'
export { BACKUPS_PATH, backupsName } from './render/backups.ts'
