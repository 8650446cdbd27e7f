export { runDeploymentController } from './run.ts'
