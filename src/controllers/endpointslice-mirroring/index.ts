export { runEndpointSliceMirroringController } from './run.ts'
