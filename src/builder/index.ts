export { type BuildImageOptions, type BuiltImage, type BuiltLayer, buildImage } from './build-image.ts'
export { type BuildPlan } from './detect/plan.ts'
export { BuildError, type BuildErrorReason } from './errors.ts'
export { type BuildStep, type OnProgress, type ProgressEvent } from './progress.ts'
