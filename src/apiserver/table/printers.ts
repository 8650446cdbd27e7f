/** Which kinds are printed how; all others show their name and age. */
import type { KubeObject, Resource } from '../../api/index.ts'
import { AGE, CREATED, NAME, type Printer } from './column.ts'
import {
  apiServicePrinter,
  validatingAdmissionPolicyBindingPrinter,
  validatingAdmissionPolicyPrinter,
  webhookConfigurationPrinter,
} from './kinds/admission.ts'
import { appPrinter, releasePrinter } from './kinds/app.ts'
import { backingResourcePrinter, provisionerPrinter } from './kinds/backing.ts'
import { horizontalPodAutoscalerPrinter, oldHorizontalPodAutoscalerPrinter, scalePrinter } from './kinds/autoscaling.ts'
import { cronJobPrinter, jobPrinter } from './kinds/batch.ts'
import { certificateSigningRequestPrinter } from './kinds/certificates.ts'
import {
  componentStatusPrinter,
  configMapPrinter,
  leasePrinter,
  namespacePrinter,
  podDisruptionBudgetPrinter,
  priorityClassPrinter,
  resourceQuotaPrinter,
  runtimeClassPrinter,
  secretPrinter,
  serviceAccountPrinter,
} from './kinds/core.ts'
import { csiDriverPrinter, csiNodePrinter, volumeAttachmentPrinter, volumeAttributesClassPrinter } from './kinds/csi.ts'
import { resourceClaimPrinter, resourceSlicePrinter } from './kinds/devices.ts'
import { eventPrinter, newEventPrinter } from './kinds/event.ts'
import { flowSchemaPrinter, priorityLevelPrinter } from './kinds/flow-control.ts'
import { gatewayClassPrinter, gatewayPrinter, httpRoutePrinter } from './kinds/gateway-api.ts'
import {
  endpointSlicePrinter,
  endpointsPrinter,
  ingressClassPrinter,
  ingressPrinter,
  ipAddressPrinter,
  networkPolicyPrinter,
  serviceCidrPrinter,
  servicePrinter,
} from './kinds/network.ts'
import { nodePrinter } from './kinds/node.ts'
import { podPrinter, podTemplatePrinter } from './kinds/pod.ts'
import { roleBindingPrinter } from './kinds/rbac.ts'
import { persistentVolumeClaimPrinter, persistentVolumePrinter, storageClassPrinter } from './kinds/storage.ts'
import {
  controllerRevisionPrinter,
  daemonSetPrinter,
  deploymentPrinter,
  replicaSetPrinter,
  replicationControllerPrinter,
  statefulSetPrinter,
} from './kinds/workloads.ts'

const NAME_AND_AGE: Printer<KubeObject> = { columns: [NAME, AGE] }
const NAME_AND_CREATED: Printer<KubeObject> = { columns: [NAME, CREATED] }

/** By group, version and kind. */
const PRINTERS: Readonly<Record<string, Printer<never>>> = {
  '/v1/ComponentStatus': componentStatusPrinter,
  '/v1/ConfigMap': configMapPrinter,
  '/v1/Endpoints': endpointsPrinter,
  '/v1/Event': eventPrinter,
  '/v1/LimitRange': NAME_AND_CREATED,
  '/v1/Namespace': namespacePrinter,
  '/v1/Node': nodePrinter,
  '/v1/PersistentVolume': persistentVolumePrinter,
  '/v1/PersistentVolumeClaim': persistentVolumeClaimPrinter,
  '/v1/Pod': podPrinter,
  '/v1/PodTemplate': podTemplatePrinter,
  '/v1/ReplicationController': replicationControllerPrinter,
  '/v1/ResourceQuota': resourceQuotaPrinter,
  '/v1/Secret': secretPrinter,
  '/v1/Service': servicePrinter,
  '/v1/ServiceAccount': serviceAccountPrinter,
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': webhookConfigurationPrinter,
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': validatingAdmissionPolicyPrinter,
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': validatingAdmissionPolicyBindingPrinter,
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': webhookConfigurationPrinter,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': NAME_AND_CREATED,
  'apiregistration.k8s.io/v1/APIService': apiServicePrinter,
  'apps/v1/ControllerRevision': controllerRevisionPrinter,
  'apps/v1/DaemonSet': daemonSetPrinter,
  'apps/v1/Deployment': deploymentPrinter,
  'apps/v1/ReplicaSet': replicaSetPrinter,
  'apps/v1/StatefulSet': statefulSetPrinter,
  'apps.naru.dev/v1/App': appPrinter,
  'apps.naru.dev/v1/Release': releasePrinter,
  'apps.naru.dev/v1/Resource': backingResourcePrinter,
  'apps.naru.dev/v1/Provisioner': provisionerPrinter,
  'autoscaling/v1/HorizontalPodAutoscaler': oldHorizontalPodAutoscalerPrinter,
  'autoscaling/v1/Scale': scalePrinter,
  'autoscaling/v2/HorizontalPodAutoscaler': horizontalPodAutoscalerPrinter,
  'batch/v1/CronJob': cronJobPrinter,
  'batch/v1/Job': jobPrinter,
  'certificates.k8s.io/v1/CertificateSigningRequest': certificateSigningRequestPrinter,
  'coordination.k8s.io/v1/Lease': leasePrinter,
  'discovery.k8s.io/v1/EndpointSlice': endpointSlicePrinter,
  'events.k8s.io/v1/Event': newEventPrinter,
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema': flowSchemaPrinter,
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration': priorityLevelPrinter,
  'gateway.networking.k8s.io/v1/Gateway': gatewayPrinter,
  'gateway.networking.k8s.io/v1/GatewayClass': gatewayClassPrinter,
  'gateway.networking.k8s.io/v1/HTTPRoute': httpRoutePrinter,
  'networking.k8s.io/v1/IPAddress': ipAddressPrinter,
  'networking.k8s.io/v1/Ingress': ingressPrinter,
  'networking.k8s.io/v1/IngressClass': ingressClassPrinter,
  'networking.k8s.io/v1/NetworkPolicy': networkPolicyPrinter,
  'networking.k8s.io/v1/ServiceCIDR': serviceCidrPrinter,
  'node.k8s.io/v1/RuntimeClass': runtimeClassPrinter,
  'policy/v1/PodDisruptionBudget': podDisruptionBudgetPrinter,
  'rbac.authorization.k8s.io/v1/ClusterRole': NAME_AND_CREATED,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': roleBindingPrinter,
  'rbac.authorization.k8s.io/v1/Role': NAME_AND_CREATED,
  'rbac.authorization.k8s.io/v1/RoleBinding': roleBindingPrinter,
  'resource.k8s.io/v1/ResourceClaim': resourceClaimPrinter,
  'resource.k8s.io/v1/ResourceSlice': resourceSlicePrinter,
  'scheduling.k8s.io/v1/PriorityClass': priorityClassPrinter,
  'storage.k8s.io/v1/CSIDriver': csiDriverPrinter,
  'storage.k8s.io/v1/CSINode': csiNodePrinter,
  'storage.k8s.io/v1/CSIStorageCapacity': NAME_AND_CREATED,
  'storage.k8s.io/v1/StorageClass': storageClassPrinter,
  'storage.k8s.io/v1/VolumeAttachment': volumeAttachmentPrinter,
  'storage.k8s.io/v1/VolumeAttributesClass': volumeAttributesClassPrinter,
}

/** The objects handed to the printer must be of the resource's kind. */
export function printerFor(resource: Pick<Resource, 'group' | 'version' | 'kind'>): Printer<KubeObject> {
  const printer = PRINTERS[`${resource.group}/${resource.version}/${resource.kind}`]
  return printer === undefined ? NAME_AND_AGE : (printer as unknown as Printer<KubeObject>)
}
