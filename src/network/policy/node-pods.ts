/** Processes of the node that stand where a cluster has pods: policies name them as they would name those. What else the
 *  node runs (kubelet, API server) is what a cluster has on its hosts' network, and is named by its address alone. */
import type { NodePods } from './policy-map.ts'

export interface NodeAddresses {
  /** What the gateway's connections to pods come from. */
  gateway: string
  /** Where the cluster's DNS listens, at port 53. */
  dns: string
}

/** The gateway as the pod that the Gateway API (GEP-1762) has a controller make for the Gateway `naru`; DNS as CoreDNS is
 *  deployed (kubernetes/kubernetes v1.34, cluster/addons/dns/coredns). */
export function nodePods({ gateway, dns }: NodeAddresses): NodePods {
  return {
    gateway: {
      address: gateway,
      namespace: 'naru-system',
      pod: {
        metadata: {
          name: 'gateway',
          namespace: 'naru-system',
          labels: {
            'app.kubernetes.io/name': 'gateway',
            'gateway.networking.k8s.io/gateway-name': 'naru',
          },
        },
        spec: { containers: [] },
      },
    },
    dns: {
      address: dns,
      namespace: 'kube-system',
      pod: {
        metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
        spec: {
          containers: [
            {
              name: 'coredns',
              ports: [
                { name: 'dns', containerPort: 53, protocol: 'UDP' },
                { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
              ],
            },
          ],
        },
      },
    },
  }
}
