/** The components' own users, named as Kubernetes names them. All are masters until there is RBAC (docs/adr/0006). */
import type { UserInfo } from '../api/index.ts'

const component = (name: string): UserInfo => ({ name, groups: ['system:masters'] })

export const identities = {
  admin: component('naru-admin'),
  controllers: component('system:kube-controller-manager'),
  scheduler: component('system:kube-scheduler'),
  kubelet: (nodeName: string) => component(`system:node:${nodeName}`),
  network: component('system:kube-proxy'),
  apps: component('system:naru:apps'),
  edge: component('system:naru:edge'),
} as const
