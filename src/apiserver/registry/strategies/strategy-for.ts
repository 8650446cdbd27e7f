/** Which strategy a resource has: its own, or the one of all others. */
import { qualifiedName, type Resource } from '../../../api/index.ts'
import { isBuiltinGroup } from '../../kinds/builtin-groups.ts'
import type { Strategy } from '../strategy.ts'
import { daemonSetStrategy, deploymentStrategy, replicaSetStrategy, statefulSetStrategy } from './apps.ts'
import { autoscalerStrategy } from './autoscaling.ts'
import { certificateSigningRequestStrategy } from './certificate-signing-request.ts'
import { customResourceDefinitionStrategy } from './custom-resource-definition.ts'
import { jobStrategy } from './job.ts'
import { leaseStrategy } from './lease.ts'
import { namespaceStrategy } from './namespace.ts'
import { nodeStrategy } from './node.ts'
import { podStrategy } from './pod.ts'
import { serviceStrategy } from './service.ts'

/** Groups whose objects count no generations in Kubernetes, nor do core kinds without a strategy that says so. */
const UNCOUNTED_GROUPS = new Set([
import { resourceClaimStrategy, resourceClaimTemplateStrategy } from './resource/claim.ts'
import { deviceClassStrategy, resourceSliceStrategy } from './resource/device.ts'
  '',
  'autoscaling',
  'coordination.k8s.io',
  'events.k8s.io',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'certificates.k8s.io',
  'node.k8s.io',
  'apiregistration.k8s.io',
])

const plain: Strategy = {}
const counted: Strategy = { countsGenerations: true }
/** Who writes the status may write the metadata too. */
const open: Strategy = { countsGenerations: true, statusMetadata: ['labels', 'annotations'] }
/** As with CustomResourceDefinitions: a PUT must say which version it replaces. */
const custom: Strategy = { countsGenerations: true, requireResourceVersion: true }
const createdByPut: Strategy = { allowCreateOnUpdate: true }

const OWN: Readonly<Record<string, Strategy>> = {
  namespaces: namespaceStrategy,
  nodes: nodeStrategy,
  pods: podStrategy,
  services: serviceStrategy,
  replicationcontrollers: open,
  endpoints: createdByPut,
  events: createdByPut,
  'events.events.k8s.io': { ...createdByPut, invalidKind: { group: '', kind: 'Event' } },
  limitranges: createdByPut,
  'leases.coordination.k8s.io': leaseStrategy,
  'deployments.apps': deploymentStrategy,
  'replicasets.apps': replicaSetStrategy,
  'daemonsets.apps': daemonSetStrategy,
  'statefulsets.apps': statefulSetStrategy,
  'controllerrevisions.apps': plain,
  'cronjobs.batch': open,
  'horizontalpodautoscalers.autoscaling': autoscalerStrategy,
  'poddisruptionbudgets.policy': { ...open, requireResourceVersion: true },
  'roles.rbac.authorization.k8s.io': createdByPut,
  'rolebindings.rbac.authorization.k8s.io': createdByPut,
  'clusterroles.rbac.authorization.k8s.io': createdByPut,
  'clusterrolebindings.rbac.authorization.k8s.io': createdByPut,
  'certificatesigningrequests.certificates.k8s.io': certificateSigningRequestStrategy,
  'customresourcedefinitions.apiextensions.k8s.io': customResourceDefinitionStrategy,
  'jobs.batch': jobStrategy,
  serviceaccounts: { returnDeletedObject: true },
  persistentvolumeclaims: { returnDeletedObject: true },
  persistentvolumes: { returnDeletedObject: true },
  podtemplates: { returnDeletedObject: true, countsGenerations: true },
  'deviceclasses.resource.k8s.io': deviceClassStrategy,
  'resourceclaims.resource.k8s.io': resourceClaimStrategy,
  'resourceclaimtemplates.resource.k8s.io': resourceClaimTemplateStrategy,
  'resourceslices.resource.k8s.io': resourceSliceStrategy,
  resourcequotas: { returnDeletedObject: true },
}

export function strategyFor(resource: Pick<Resource, 'group' | 'plural'>): Strategy {
  const own = OWN[qualifiedName(resource)]
  if (own !== undefined) return own
  if (!isBuiltinGroup(resource.group)) return custom
  return UNCOUNTED_GROUPS.has(resource.group) ? plain : counted
}
