/** The fixed addresses and names of the embedded cluster's network. */
export const POD_CIDR = '10.244.0.0/24'
export const KUBERNETES_SERVICE_IP = '10.96.0.1'
export const CLUSTER_DNS_IP = '10.96.0.10'
export const CLUSTER_DOMAIN = 'cluster.local'
