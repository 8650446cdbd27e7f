export { runEndpointSliceController } from './run.ts'
