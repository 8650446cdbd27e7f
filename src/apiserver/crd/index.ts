export { openCustomResources } from './open-custom-resources.ts'
