/** The components' own users, named and grouped as Kubernetes does it; `system:naru:…` where it has none. Their rights
 *  are in src/apiserver/auth/rbac/bootstrap-policy. */
import type { UserInfo } from '../api/index.ts'

const user = (name: string, ...groups: string[]): UserInfo => ({ name, groups: [...groups, 'system:authenticated'] })

export const identities = {
  /** Of the admin kubeconfig: everything, whatever roles say. */
  admin: user('naru-admin', 'system:masters'),
  controllers: user('system:kube-controller-manager'),
  /** One controller, as its service account. */
  controller: (serviceAccount: string) =>
    user(
      `system:serviceaccount:kube-system:${serviceAccount}`,
      'system:serviceaccounts',
      'system:serviceaccounts:kube-system',
    ),
  scheduler: user('system:kube-scheduler'),
  kubelet: (nodeName: string) => user(`system:node:${nodeName}`, 'system:nodes'),
  localPath: user('system:naru:local-path-provisioner'),
  serviceProxy: user('system:kube-proxy'),
  networkPolicies: user('system:naru:network-policies'),
  clusterDns: user('system:naru:cluster-dns'),
  apps: user('system:naru:apps'),
  registryGarbage: user('system:naru:registry-garbage'),
  resources: user('system:naru:resources'),
  gatewayStatus: user('system:naru:gateway-status'),
  edge: user('system:naru:edge'),
} as const
