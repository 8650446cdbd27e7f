/** The program that a user of the engine would be in a cluster of many processes: what its writes are recorded under. */
import type { UserInfo } from '../api/index.ts'

export function programOf({ name }: Pick<UserInfo, 'name'>): string {
  if (name.startsWith('system:node:')) return 'kubelet'
  if (name.startsWith('system:serviceaccount:kube-system:')) return 'kube-controller-manager'
  return name.replace(/^system:/, '')
}
