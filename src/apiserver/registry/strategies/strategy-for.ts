/** Which strategy a resource has: its own, or the one of all others. */
import { type k8s, qualifiedName, type Resource } from '../../../api/index.ts'
import { asksForHosts } from '../../allocation/asked-hosts.ts'
import { isBuiltinGroup } from '../../kinds/builtin-groups.ts'
import type { AnyObject } from '../any-object.ts'
import { STATUS_ALONE, type Strategy } from '../strategy.ts'
import { daemonSetStrategy, deploymentStrategy, replicaSetStrategy, statefulSetStrategy } from './apps.ts'
import { autoscalerStrategy } from './autoscaling.ts'
import { certificateSigningRequestStrategy } from './certificate-signing-request.ts'
import { customResourceDefinitionStrategy } from './custom-resource-definition.ts'
import { endpointSliceStrategy } from './endpoint-slice.ts'
import { claimsHosts } from './claims-hosts.ts'
import { jobStrategy } from './job.ts'
import { leaseStrategy } from './lease.ts'
import { namespaceStrategy } from './namespace.ts'
import { nodeStrategy } from './node.ts'
import { csiDriverStrategy } from './csi-driver.ts'
import { volumeAttachmentStrategy } from './volume-attachment.ts'
import { persistentVolumeClaimStrategy } from './persistent-volume-claim.ts'
import { persistentVolumeStrategy } from './persistent-volume.ts'
import { podStrategy } from './pod.ts'
import { resourceClaimStrategy, resourceClaimTemplateStrategy } from './resource/claim.ts'
import { deviceClassStrategy, resourceSliceStrategy } from './resource/device.ts'
import { serviceAccountStrategy } from './service-account.ts'
import { serviceStrategy } from './service.ts'
import { templated } from './templated.ts'

/** Groups whose objects count no generations in Kubernetes, nor do core kinds without a strategy that says so. */
const UNCOUNTED_GROUPS = new Set([
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
/** As with CustomResourceDefinitions: a PUT must say which version it replaces. */
const custom: Strategy = { countsGenerations: true, requireResourceVersion: true, statusKeeps: 'all' }
const templateOf = (object: AnyObject) => object as Pick<k8s.PodTemplate, 'template'>
const jobTemplateOf = ({ spec }: AnyObject) => (spec as k8s.CronJobSpec | undefined)?.jobTemplate.spec
/** The first generation is the only one. */
const numbered: Strategy = {
  prepareForCreate(object) {
    object.metadata.generation = 1
  },
}
const createdByPut: Strategy = { allowCreateOnUpdate: true }
/** Its last state is what a delete answers with. */
const returned: Strategy = { returnDeletedObject: true }
/** Whoever puts one in the place of another must say of which version. */
const versioned: Strategy = { requireResourceVersion: true }

const OWN: Readonly<Record<string, Strategy>> = {
  namespaces: namespaceStrategy,
  nodes: nodeStrategy,
  pods: podStrategy,
  services: serviceStrategy,
  replicationcontrollers: templated({ ...counted, orphansByDefault: true }),
  endpoints: createdByPut,
  events: createdByPut,
  'events.events.k8s.io': { ...createdByPut, invalidKind: { group: '', kind: 'Event' } },
  limitranges: createdByPut,
  'leases.coordination.k8s.io': leaseStrategy,
  'deployments.apps': templated(deploymentStrategy),
  'replicasets.apps': templated(replicaSetStrategy),
  'daemonsets.apps': templated(daemonSetStrategy),
  'statefulsets.apps': templated(statefulSetStrategy),
  'controllerrevisions.apps': plain,
  'cronjobs.batch': templated(counted, jobTemplateOf),
  'horizontalpodautoscalers.autoscaling': autoscalerStrategy,
  'poddisruptionbudgets.policy': { ...counted, requireResourceVersion: true },
  'roles.rbac.authorization.k8s.io': createdByPut,
  'rolebindings.rbac.authorization.k8s.io': createdByPut,
  'clusterroles.rbac.authorization.k8s.io': createdByPut,
  'clusterrolebindings.rbac.authorization.k8s.io': createdByPut,
  'certificatesigningrequests.certificates.k8s.io': certificateSigningRequestStrategy,
  'customresourcedefinitions.apiextensions.k8s.io': customResourceDefinitionStrategy,
  'jobs.batch': templated(jobStrategy),
  'endpointslices.discovery.k8s.io': endpointSliceStrategy,
  'ipaddresses.networking.k8s.io': plain,
  'servicecidrs.networking.k8s.io': { statusKeeps: STATUS_ALONE },
  'deviceclasses.resource.k8s.io': { ...deviceClassStrategy, ...returned },
  'resourceclaims.resource.k8s.io': { ...resourceClaimStrategy, ...returned },
  'resourceclaimtemplates.resource.k8s.io': { ...resourceClaimTemplateStrategy, ...returned },
  'resourceslices.resource.k8s.io': { ...resourceSliceStrategy, ...returned },
  serviceaccounts: serviceAccountStrategy,
  'priorityclasses.scheduling.k8s.io': numbered,
  'csidrivers.storage.k8s.io': { ...csiDriverStrategy, ...returned, ...versioned },
  'volumeattachments.storage.k8s.io': { ...volumeAttachmentStrategy, ...returned, ...versioned },
  persistentvolumeclaims: persistentVolumeClaimStrategy,
  persistentvolumes: persistentVolumeStrategy,
  podtemplates: templated({ returnDeletedObject: true, countsGenerations: true }, templateOf),
  resourcequotas: returned,
  'flowschemas.flowcontrol.apiserver.k8s.io': { ...counted, statusKeeps: 'all' },
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': { ...counted, statusKeeps: 'all' },
  'validatingadmissionpolicies.admissionregistration.k8s.io': { ...counted, ...versioned, statusKeeps: STATUS_ALONE },
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': { ...counted, ...versioned },
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': { ...counted, ...versioned },
  'validatingwebhookconfigurations.admissionregistration.k8s.io': { ...counted, ...versioned },
  'apiservices.apiregistration.k8s.io': { ...versioned, statusKeeps: STATUS_ALONE },
  'runtimeclasses.node.k8s.io': versioned,
  'csinodes.storage.k8s.io': { ...returned, ...versioned },
  'csistoragecapacities.storage.k8s.io': versioned,
  'storageclasses.storage.k8s.io': returned,
  'volumeattributesclasses.storage.k8s.io': returned,
}

export function strategyFor(resource: Pick<Resource, 'group' | 'plural'>): Strategy {
  const strategy = strategyOf(resource)
  return asksForHosts(resource) ? { ...strategy, ...claimsHosts(resource) } : strategy
}

function strategyOf(resource: Pick<Resource, 'group' | 'plural'>): Strategy {
  const own = OWN[qualifiedName(resource)]
  if (own !== undefined) return own
  if (!isBuiltinGroup(resource.group)) return custom
  return UNCOUNTED_GROUPS.has(resource.group) ? plain : counted
}
