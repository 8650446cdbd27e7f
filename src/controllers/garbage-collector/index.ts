export { runGarbageCollector } from './run.ts'
