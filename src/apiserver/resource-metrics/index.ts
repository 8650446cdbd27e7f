export { resourceMetricsGroup } from './serve.ts'
