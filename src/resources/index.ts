export { chooseProvisioner } from './choose-provisioner.ts'
export { readProvisioners } from './read-provisioners.ts'
export { runResources } from './run-resources.ts'
