export { runPodGarbageCollector } from './run.ts'
