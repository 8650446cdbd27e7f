export { applyPatch, type PatchType } from './apply-patch.ts'
