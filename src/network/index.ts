export { ensureClusterDns } from './dns/ensure-cluster-dns.ts'
export { openDnsServer } from './dns/open-dns-server.ts'
export { type Network, openNetwork } from './open-network.ts'
export { purgeNetwork } from './purge-network.ts'
