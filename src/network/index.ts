export { NetworkError, type NetworkFailure } from './errors.ts'
export { findCniPlugins } from './host/cni.ts'
export { type Network, type NetworkOptions, type NetworkPlace, openNetwork } from './open-network.ts'
export { purgeNetwork } from './purge-network.ts'
