export { podLimits, podRequests } from './pod-resources.ts'
