export { runHorizontalPodAutoscalerController } from './run.ts'
