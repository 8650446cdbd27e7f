export { runEndpointsController } from './run.ts'
