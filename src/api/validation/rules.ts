/** Which kinds have rules of their own, and where they are. */
import type { Resource } from '../resource.ts'
import type { KindRules } from './kind-rules.ts'
import { admissionPolicyBindingRules, admissionPolicyRules } from './kinds/admission-policy.ts'
import { apiServiceRules } from './kinds/api-service.ts'
import { appRules, releaseRules } from './kinds/app.ts'
import { horizontalPodAutoscalerRules } from './kinds/autoscaling.ts'
import { backingResourceRules, provisionerRules } from './kinds/backing.ts'
import { cronJobRules, jobRules } from './kinds/batch.ts'
import { certificateSigningRequestRules } from './kinds/certificates.ts'
import { configMapRules, secretRules } from './kinds/config.ts'
import { controllerRevisionRules } from './kinds/controller-revision.ts'
import { csiDriverRules, csiNodeRules, csiStorageCapacityRules } from './kinds/csi.ts'
import { endpointSliceRules } from './kinds/endpoint-slice.ts'
import { endpointsRules } from './kinds/endpoints.ts'
import { eventRules, eventsEventRules } from './kinds/event.ts'
import { ingressClassRules } from './kinds/ingress-class.ts'
import { leaseRules } from './kinds/lease.ts'
import { namespaceRules } from './kinds/namespace.ts'
import { networkPolicyRules } from './kinds/network-policy.ts'
import { nodeRules } from './kinds/node.ts'
import { persistentVolumeRules } from './kinds/persistent-volume.ts'
import { persistentVolumeClaimRules } from './kinds/persistent-volume-claim.ts'
import { podDisruptionBudgetRules } from './kinds/pod-disruption-budget.ts'
import { podTemplateRules, replicationControllerRules } from './kinds/replication-controller.ts'
import { ipAddressRules, serviceCidrRules } from './kinds/service-range.ts'
import { storageClassRules, volumeAttributesClassRules } from './kinds/storage-class.ts'
import { customResourceDefinitionRules } from './kinds/custom-resource-definition/rules.ts'
import { flowSchemaRules } from './kinds/flow-control/flow-schema.ts'
import { priorityLevelRules } from './kinds/flow-control/priority-level.ts'
import { gatewayRules, httpRouteRules } from './kinds/gateway-api.ts'
import { ingressRules } from './kinds/ingress.ts'
import { clusterRoleBindingRules, clusterRoleRules, roleBindingRules, roleRules } from './kinds/rbac.ts'
import { limitRangeRules } from './kinds/limit-range.ts'
import { resourceClaimRules, resourceClaimTemplateRules } from './kinds/resource/claim.ts'
import { deviceClassRules } from './kinds/resource/device-class.ts'
import { resourceSliceRules } from './kinds/resource/slice.ts'
import { resourceQuotaRules } from './kinds/resource-quota.ts'
import { priorityClassRules, runtimeClassRules } from './kinds/scheduling.ts'
import { serviceAccountRules } from './kinds/service-account.ts'
import { serviceRules } from './kinds/service/rules.ts'
import { volumeAttachmentRules } from './kinds/volume-attachment.ts'
import { webhookConfigurationRules } from './kinds/webhook-configuration.ts'
import { daemonSetRules, deploymentRules, replicaSetRules, statefulSetRules } from './kinds/workloads.ts'
import { podRules } from './pod/pod.ts'

const RULES: Readonly<Record<string, KindRules<never>>> = {
  '/Pod': podRules,
  '/Service': serviceRules,
  '/ServiceAccount': serviceAccountRules,
  '/ConfigMap': configMapRules,
  '/Secret': secretRules,
  '/PersistentVolumeClaim': persistentVolumeClaimRules,
  'apiregistration.k8s.io/APIService': apiServiceRules,
  '/ResourceQuota': resourceQuotaRules,
  '/LimitRange': limitRangeRules,
  'scheduling.k8s.io/PriorityClass': priorityClassRules,
  'node.k8s.io/RuntimeClass': runtimeClassRules,
  'apps/Deployment': deploymentRules,
  'apps/ReplicaSet': replicaSetRules,
  'apps/StatefulSet': statefulSetRules,
  'apps/DaemonSet': daemonSetRules,
  'batch/Job': jobRules,
  'batch/CronJob': cronJobRules,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscalerRules,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinitionRules,
  'certificates.k8s.io/CertificateSigningRequest': certificateSigningRequestRules,
  'networking.k8s.io/Ingress': ingressRules,
  'rbac.authorization.k8s.io/Role': roleRules,
  'rbac.authorization.k8s.io/ClusterRole': clusterRoleRules,
  'rbac.authorization.k8s.io/RoleBinding': roleBindingRules,
  'rbac.authorization.k8s.io/ClusterRoleBinding': clusterRoleBindingRules,
  'gateway.networking.k8s.io/Gateway': gatewayRules,
  'gateway.networking.k8s.io/HTTPRoute': httpRouteRules,
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': webhookConfigurationRules,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': webhookConfigurationRules,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': admissionPolicyRules,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': admissionPolicyBindingRules,
  'flowcontrol.apiserver.k8s.io/FlowSchema': flowSchemaRules,
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': priorityLevelRules,
  'resource.k8s.io/DeviceClass': deviceClassRules,
  'resource.k8s.io/ResourceClaim': resourceClaimRules,
  'resource.k8s.io/ResourceClaimTemplate': resourceClaimTemplateRules,
  'resource.k8s.io/ResourceSlice': resourceSliceRules,
  '/Namespace': namespaceRules,
  '/Node': nodeRules,
  '/Endpoints': endpointsRules,
  '/Event': eventRules,
  '/PersistentVolume': persistentVolumeRules,
  '/PodTemplate': podTemplateRules,
  '/ReplicationController': replicationControllerRules,
  'apps/ControllerRevision': controllerRevisionRules,
  'coordination.k8s.io/Lease': leaseRules,
  'discovery.k8s.io/EndpointSlice': endpointSliceRules,
  'events.k8s.io/Event': eventsEventRules,
  'networking.k8s.io/IngressClass': ingressClassRules,
  'networking.k8s.io/IPAddress': ipAddressRules,
  'networking.k8s.io/NetworkPolicy': networkPolicyRules,
  'networking.k8s.io/ServiceCIDR': serviceCidrRules,
  'policy/PodDisruptionBudget': podDisruptionBudgetRules,
  'storage.k8s.io/CSIDriver': csiDriverRules,
  'storage.k8s.io/CSINode': csiNodeRules,
  'storage.k8s.io/CSIStorageCapacity': csiStorageCapacityRules,
  'storage.k8s.io/StorageClass': storageClassRules,
  'storage.k8s.io/VolumeAttachment': volumeAttachmentRules,
  'storage.k8s.io/VolumeAttributesClass': volumeAttributesClassRules,
  'apps.naru.dev/App': appRules,
  'apps.naru.dev/Release': releaseRules,
  'apps.naru.dev/Resource': backingResourceRules,
  'apps.naru.dev/Provisioner': provisionerRules,
}

/** The object handed to the rules must be of the resource's kind. */
export function rulesFor(resource: Pick<Resource, 'group' | 'kind'>): KindRules<unknown> {
  let rules = byResource.get(resource)
  if (rules === undefined) {
    rules = (RULES[`${resource.group}/${resource.kind}`] ?? {}) as KindRules<unknown>
    byResource.set(resource, rules)
  }
  return rules
}

/** Asked several times for each write, with few resources that never change. */
const byResource = new WeakMap<Pick<Resource, 'group' | 'kind'>, KindRules<unknown>>()
