/** Who has the roles of every cluster. Source: kubernetes v1.34, plugin/pkg/auth/authorizer/rbac/bootstrappolicy. */
import type { k8s } from '../../../../api/index.ts'
import { WRITE_EVENTS } from './rule-text.ts'

export const group = (name: string): k8s.RbacSubject => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name })
export const user = (name: string): k8s.RbacSubject => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name })
export const systemAccount = (name: string): k8s.RbacSubject => ({
  kind: 'ServiceAccount',
  name,
  namespace: 'kube-system',
})

/** By ClusterRole; the bindings have the same names. */
export const CLUSTER_ROLE_BINDINGS: Readonly<Record<string, readonly k8s.RbacSubject[]>> = {
  'cluster-admin': [group('system:masters')],
  'system:basic-user': [group('system:authenticated')],
  'system:discovery': [group('system:authenticated')],
  'system:kube-controller-manager': [user('system:kube-controller-manager')],
  'system:kube-dns': [systemAccount('kube-dns')],
  'system:kube-scheduler': [user('system:kube-scheduler')],
  'system:monitoring': [group('system:monitoring')],
  // Nodes are authorized by what runs on them.
  'system:node': [],
  'system:node-proxier': [user('system:kube-proxy')],
  'system:public-info-viewer': [group('system:authenticated'), group('system:unauthenticated')],
  'system:service-account-issuer-discovery': [group('system:serviceaccounts')],
  'system:volume-scheduler': [user('system:kube-scheduler')],
}

/** A Role of one namespace, and who has it. */
export interface NamespacedPolicy {
  namespace: string
  role: string
  rules: readonly string[]
  /** Default: the role's. */
  binding?: string
  subjects: readonly k8s.RbacSubject[]
}

const leaderLocking = (component: string, accounts: readonly string[]): NamespacedPolicy => ({
  namespace: 'kube-system',
  role: `system::leader-locking-${component}`,
  rules: [
    'watch | core | configmaps',
    `get,update | core | configmaps | ${component}`,
    'create,get,list,update,watch | coordination.k8s.io | leases',
    'create,get,list,update,watch | coordination.k8s.io | leasecandidates',
  ],
  subjects: [user(`system:${component}`), ...accounts.map(systemAccount)],
})

const controllerIn = (namespace: string, controller: string, rules: readonly string[]): NamespacedPolicy => ({
  namespace,
  role: `system:controller:${controller}`,
  rules,
  subjects: [systemAccount(controller)],
})

export const NAMESPACED_POLICIES: readonly NamespacedPolicy[] = [
  {
    namespace: 'kube-system',
    role: 'extension-apiserver-authentication-reader',
    rules: ['READ | core | configmaps | extension-apiserver-authentication'],
    binding: 'system::extension-apiserver-authentication-reader',
    subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler')],
  },
  leaderLocking('kube-controller-manager', ['kube-controller-manager', 'leader-election-controller']),
  leaderLocking('kube-scheduler', ['kube-scheduler']),
  controllerIn('kube-system', 'bootstrap-signer', ['READ | core | secrets']),
  controllerIn('kube-system', 'cloud-provider', ['create,get,list,watch | core | configmaps']),
  controllerIn('kube-system', 'token-cleaner', ['delete,get,list,watch | core | secrets', WRITE_EVENTS]),
  controllerIn('kube-public', 'bootstrap-signer', [
    'READ | core | configmaps',
    'update | core | configmaps | cluster-info',
    WRITE_EVENTS,
  ]),
  // Naru's own: the edge answers for the Service that Kubernetes' DNS add-on has.
  {
    namespace: 'kube-system',
    role: 'naru:cluster-dns',
    rules: [
      'create | core | services',
      'get,patch | core | services | kube-dns',
      'create | discovery.k8s.io | endpointslices',
      'get,patch | discovery.k8s.io | endpointslices | kube-dns-node',
    ],
    subjects: [user('system:naru:cluster-dns')],
  },
  {
    namespace: 'kube-system',
    role: 'naru:dns-settings',
    rules: ['list,watch | core | configmaps | kube-dns'],
    subjects: [user('system:naru:edge')],
  },
]
