export { type Containerd, type ContainerdOptions, openContainerd } from './containerd/open.ts'
export { openCriRuntime } from './cri/runtime.ts'
export type { ContainerRuntime } from './runtime/runtime.ts'
