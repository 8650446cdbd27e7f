/** Which kinds are printed how; all others show their name and age. */
import type { KubeObject, Resource } from '../../api/index.ts'
import { AGE, NAME, type Printer } from './column.ts'
import { appPrinter } from './kinds/app.ts'
import { horizontalPodAutoscalerPrinter, oldHorizontalPodAutoscalerPrinter, scalePrinter } from './kinds/autoscaling.ts'
import { cronJobPrinter, jobPrinter } from './kinds/batch.ts'
import { certificateSigningRequestPrinter } from './kinds/certificates.ts'
import {
  configMapPrinter,
  leasePrinter,
  namespacePrinter,
  podDisruptionBudgetPrinter,
  priorityClassPrinter,
  resourceQuotaPrinter,
  secretPrinter,
  serviceAccountPrinter,
} from './kinds/core.ts'
import { eventPrinter, newEventPrinter } from './kinds/event.ts'
import { gatewayClassPrinter, gatewayPrinter, httpRoutePrinter } from './kinds/gateway-api.ts'
import {
  endpointSlicePrinter,
  endpointsPrinter,
  ingressClassPrinter,
  ingressPrinter,
  networkPolicyPrinter,
  servicePrinter,
} from './kinds/network.ts'
import { nodePrinter } from './kinds/node.ts'
import { podPrinter, podTemplatePrinter } from './kinds/pod.ts'
import { roleBindingPrinter, rolePrinter } from './kinds/rbac.ts'
import { persistentVolumeClaimPrinter, persistentVolumePrinter, storageClassPrinter } from './kinds/storage.ts'
import {
  controllerRevisionPrinter,
  daemonSetPrinter,
  deploymentPrinter,
  replicaSetPrinter,
  replicationControllerPrinter,
  statefulSetPrinter,
} from './kinds/workloads.ts'

/** By group, version and kind. */
const PRINTERS: Readonly<Record<string, Printer<never>>> = {
  '/v1/ConfigMap': configMapPrinter,
  '/v1/Endpoints': endpointsPrinter,
  '/v1/Event': eventPrinter,
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
  'apps/v1/ControllerRevision': controllerRevisionPrinter,
  'apps/v1/DaemonSet': daemonSetPrinter,
  'apps/v1/Deployment': deploymentPrinter,
  'apps/v1/ReplicaSet': replicaSetPrinter,
  'apps/v1/StatefulSet': statefulSetPrinter,
  'apps.naru.dev/v1/App': appPrinter,
  'autoscaling/v1/HorizontalPodAutoscaler': oldHorizontalPodAutoscalerPrinter,
  'autoscaling/v1/Scale': scalePrinter,
  'autoscaling/v2/HorizontalPodAutoscaler': horizontalPodAutoscalerPrinter,
  'batch/v1/CronJob': cronJobPrinter,
  'batch/v1/Job': jobPrinter,
  'certificates.k8s.io/v1/CertificateSigningRequest': certificateSigningRequestPrinter,
  'coordination.k8s.io/v1/Lease': leasePrinter,
  'discovery.k8s.io/v1/EndpointSlice': endpointSlicePrinter,
  'events.k8s.io/v1/Event': newEventPrinter,
  'gateway.networking.k8s.io/v1/Gateway': gatewayPrinter,
  'gateway.networking.k8s.io/v1/GatewayClass': gatewayClassPrinter,
  'gateway.networking.k8s.io/v1/HTTPRoute': httpRoutePrinter,
  'networking.k8s.io/v1/Ingress': ingressPrinter,
  'networking.k8s.io/v1/IngressClass': ingressClassPrinter,
  'networking.k8s.io/v1/NetworkPolicy': networkPolicyPrinter,
  'policy/v1/PodDisruptionBudget': podDisruptionBudgetPrinter,
  'rbac.authorization.k8s.io/v1/ClusterRole': rolePrinter,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': roleBindingPrinter,
  'rbac.authorization.k8s.io/v1/Role': rolePrinter,
  'rbac.authorization.k8s.io/v1/RoleBinding': roleBindingPrinter,
  'scheduling.k8s.io/v1/PriorityClass': priorityClassPrinter,
  'storage.k8s.io/v1/StorageClass': storageClassPrinter,
}

const NAME_AND_AGE: Printer<KubeObject> = { columns: [NAME, AGE] }

/** The objects handed to the printer must be of the resource's kind. */
export function printerFor(resource: Pick<Resource, 'group' | 'version' | 'kind'>): Printer<KubeObject> {
  const printer = PRINTERS[`${resource.group}/${resource.version}/${resource.kind}`]
  return printer === undefined ? NAME_AND_AGE : (printer as unknown as Printer<KubeObject>)
}
