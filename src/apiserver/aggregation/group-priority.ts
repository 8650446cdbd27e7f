/** Which API group clients are to prefer when several have a resource of the same name, and which version of it.
 *  Source: k8s.io/kubernetes v1.34, cmd/kube-apiserver/app and pkg/controlplane/apiserver (apiVersionPriorities). */
export interface Priority {
  groupPriorityMinimum: number
  versionPriority: number
}

const GROUPS: Readonly<Record<string, number>> = {
  '': 18_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'apiextensions.k8s.io': 16_700,
  'admissionregistration.k8s.io': 16_700,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
  'flowcontrol.apiserver.k8s.io': 16_100,
  'resource.k8s.io': 15_900,
  // As metrics-server registers it.
  'metrics.k8s.io': 100,
}

const VERSIONS: Readonly<Record<string, number>> = {
  v1: 1,
  'autoscaling/v2': 30,
  'flowcontrol.apiserver.k8s.io/v1': 21,
  'metrics.k8s.io/v1beta1': 100,
}
const USUAL_VERSION = 15
/** Of groups that CustomResourceDefinitions bring. */
const CUSTOM: Priority = { groupPriorityMinimum: 1000, versionPriority: 100 }

export function priorityOf(group: string, version: string): Priority {
  const groupPriorityMinimum = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined
  if (groupPriorityMinimum === undefined) return CUSTOM
  const versionPriority = VERSIONS[group === '' ? version : `${group}/${version}`] ?? USUAL_VERSION
  return { groupPriorityMinimum, versionPriority }
}

/** The order in which discovery lists groups. */
export function compareGroups(a: string, b: string): number {
  const difference = priorityOf(b, '').groupPriorityMinimum - priorityOf(a, '').groupPriorityMinimum
  return difference || (a < b ? -1 : Number(a > b))
}
