/** The rights of Naru's own components, and what they need beyond Kubernetes' roles. Each role is bound to those who
 *  have it under its own name; all names begin with `naru:`. A component that is refused gets its right here. */
import type { k8s } from '../../../../api/index.ts'
import { group, systemAccount, user } from './bindings.ts'

export interface ComponentPolicy {
  rules: readonly string[]
  subjects: readonly k8s.RbacSubject[]
  labels?: Readonly<Record<string, string>>
}

const aggregatedTo = (role: string) => ({ [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true' })

const LOCAL_PATH_PROVISIONER = user('system:naru:local-path-provisioner')

export const NARU_CLUSTER_ROLES: Readonly<Record<string, ComponentPolicy>> = {
  // An event that repeats is read and counted up.
  'naru:event-recorder': {
    rules: ['get | core | events'],
    subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler'), group('system:nodes')],
  },
  'naru:apps': {
    rules: [
      'READ | apps.naru.dev | apps',
      'patch | apps.naru.dev | apps/status,releases/status',
      'create,delete,get,list,watch | apps.naru.dev | releases',
      'create,delete,get,list,patch,watch | core | services',
      'create,delete,get,list,patch,watch | apps | deployments',
      'create,delete,get,list,patch,watch | batch | cronjobs,jobs',
      'create,delete,get,list,patch,watch | autoscaling | horizontalpodautoscalers',
      'create,delete,get,list,patch,watch | gateway.networking.k8s.io | gateways,httproutes',
      'list,watch | apps.naru.dev | resources',
      'list,watch | core | pods',
      'create | core | namespaces',
      'get,patch | core | namespaces | naru-system',
      'create | gateway.networking.k8s.io | gatewayclasses',
      'get,patch | gateway.networking.k8s.io | gatewayclasses | naru',
    ],
    subjects: [user('system:naru:apps')],
  },
  'naru:resources': {
    rules: [
      'list,watch | apps.naru.dev | resources,provisioners',
      'patch | apps.naru.dev | resources/status',
      'create,get,list,patch,watch | core | configmaps,persistentvolumeclaims,secrets,services',
      'create,get,list,patch,watch | apps | deployments,statefulsets',
      'create,delete,get,list,patch,watch | batch | cronjobs',
      'create,get,list,patch,watch | networking.k8s.io | networkpolicies',
    ],
    subjects: [user('system:naru:resources')],
  },
  // What names images.
  'naru:registry-garbage': {
    rules: [
      'list | apps.naru.dev | apps,provisioners,releases,resources',
      'list | core | pods,podtemplates,replicationcontrollers',
      'list | apps | daemonsets,deployments,replicasets,statefulsets',
      'list | batch | cronjobs,jobs',
    ],
    subjects: [user('system:naru:registry-garbage')],
  },
  'naru:gateway-status': {
    rules: [
      'list,watch | gateway.networking.k8s.io | gatewayclasses,gateways,httproutes,referencegrants',
      'update | gateway.networking.k8s.io | gatewayclasses/status,gateways/status,httproutes/status',
      'list,watch | networking.k8s.io | ingresses',
      'update | networking.k8s.io | ingresses/status',
      // Certificates: both ask for those of the type kubernetes.io/tls, which a rule cannot say.
      'list,watch | core | namespaces,secrets,services',
    ],
    subjects: [user('system:naru:gateway-status')],
  },
  'naru:edge': {
    rules: [
      'list,watch | gateway.networking.k8s.io | gateways,httproutes,referencegrants',
      'list,watch | networking.k8s.io | ingresses',
      'list,watch | core | namespaces,secrets,services',
      'list,watch | discovery.k8s.io | endpointslices',
    ],
    subjects: [user('system:naru:edge')],
  },
  'naru:network-policies': {
    rules: ['list,watch | networking.k8s.io | networkpolicies', 'list,watch | core | namespaces,pods'],
    subjects: [user('system:naru:network-policies')],
  },
  'naru:event-ttl-controller': {
    rules: ['delete,list | core | events'],
    subjects: [systemAccount('event-ttl-controller')],
  },
  // Beyond what Kubernetes lets a provisioner do: its own class, and volumes that grow.
  'naru:local-path-provisioner': {
    rules: [
      'create | storage.k8s.io | storageclasses',
      'update | core | persistentvolumes',
      'update | core | persistentvolumeclaims/status',
      'get | core | events',
    ],
    subjects: [LOCAL_PATH_PROVISIONER],
  },
  // Naru's controllers patch where Kubernetes' update, and read afresh where it trusts its cache.
  'naru:deployment-controller': {
    rules: ['patch | apps | deployments'],
    subjects: [systemAccount('deployment-controller')],
  },
  'naru:replicaset-controller': {
    rules: ['get | core | pods'],
    subjects: ['replicaset-controller', 'replication-controller', 'daemon-set-controller', 'job-controller'].map(
      systemAccount,
    ),
  },
  'naru:pod-garbage-collector': {
    rules: ['update | core | pods/status'],
    subjects: [systemAccount('pod-garbage-collector')],
  },
  // Of a port of the node it asks whether a pod has it.
  'naru:service-controller': {
    rules: ['list | core | pods', 'get | core | events'],
    subjects: [systemAccount('service-controller')],
  },
  // Who may edit or view a namespace may do so with its apps and routes.
  'naru:aggregate-to-edit': {
    rules: [
      'WRITE | apps.naru.dev | apps,releases,resources',
      'WRITE | gateway.networking.k8s.io | gateways,httproutes,referencegrants',
    ],
    subjects: [],
    labels: aggregatedTo('edit'),
  },
  'naru:aggregate-to-view': {
    rules: [
      'READ | apps.naru.dev | apps,apps/status,releases,releases/status,resources,resources/status',
      'READ | apps.naru.dev | provisioners',
      'READ | gateway.networking.k8s.io | gateways,gateways/status,httproutes,httproutes/status,referencegrants',
      'READ | metrics.k8s.io | nodes,pods',
    ],
    subjects: [],
    labels: aggregatedTo('view'),
  },
}

/** Roles of Kubernetes to users of ours. The API server asks kubelets for logs and for what runs in containers: as the
 *  user that kubeadm gives that role to. By binding. */
export const NARU_BINDINGS: Readonly<Record<string, { role: string; subjects: readonly k8s.RbacSubject[] }>> = {
  'naru:kube-apiserver-kubelet-client': {
    role: 'system:kubelet-api-admin',
    subjects: [user('kube-apiserver-kubelet-client')],
  },
  'naru:persistent-volume-provisioner': {
    role: 'system:persistent-volume-provisioner',
    subjects: [LOCAL_PATH_PROVISIONER],
  },
}
