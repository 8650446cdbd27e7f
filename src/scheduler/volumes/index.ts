export type { StorageView } from './storage-view.ts'
export { openVolumePlacement, type VolumePlacement } from './placement.ts'
