export { convertEvent, coreEvent } from './event.ts'
export { convertAutoscaler, currentAutoscaler } from './autoscaler.ts'
