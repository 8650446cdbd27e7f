/** Deployments, ReplicaSets, StatefulSets, DaemonSets, ReplicationControllers and PodTemplates. */
import type {
  DaemonSet,
  DaemonSetSpec,
  Deployment,
  DeploymentSpec,
  PodTemplate,
  ReplicaSet,
  ReplicaSetSpec,
  ReplicationController,
  ReplicationControllerSpec,
  StatefulSet,
  StatefulSetSpec,
} from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'
import { defaultTemplate } from './template.ts'

const KEPT_REVISIONS = 10
const PROGRESS_DEADLINE_SECONDS = 600

export const workloadDefaults: DefaultFunctions = {
  'io.k8s.api.apps.v1.Deployment': defaultDeployment,
  'io.k8s.api.apps.v1.ReplicaSet': (set: ReplicaSet) => {
    const spec = (set.spec ??= {} as ReplicaSetSpec)
    defaultTemplate(spec)
    ifMissing(spec, 'replicas', 1)
  },
  'io.k8s.api.core.v1.PodTemplate': (holder: PodTemplate) => defaultTemplate(holder),
  'io.k8s.api.apps.v1.StatefulSet': defaultStatefulSet,
  'io.k8s.api.apps.v1.DaemonSet': defaultDaemonSet,
  'io.k8s.api.core.v1.ReplicationController': defaultReplicationController,
  // The schema has a default that Kubernetes does not show.
  'io.k8s.api.core.v1.ReplicationControllerSpec': (spec: ReplicationControllerSpec) => {
    if (spec.minReadySeconds === 0) delete spec.minReadySeconds
  },
}

function defaultDeployment(object: Deployment): void {
  const spec = (object.spec ??= {} as DeploymentSpec)
  defaultTemplate(spec)
  ifMissing(spec, 'replicas', 1)
  const strategy = (spec.strategy ??= {})
  orElse(strategy, 'type', 'RollingUpdate')
  if (strategy.type === 'RollingUpdate') {
    const rolling = (strategy.rollingUpdate ??= {})
    ifMissing(rolling, 'maxUnavailable', '25%')
    ifMissing(rolling, 'maxSurge', '25%')
  }
  ifMissing(spec, 'revisionHistoryLimit', KEPT_REVISIONS)
  ifMissing(spec, 'progressDeadlineSeconds', PROGRESS_DEADLINE_SECONDS)
}

function defaultStatefulSet(object: StatefulSet): void {
  const spec = (object.spec ??= {} as StatefulSetSpec)
  defaultTemplate(spec)
  orElse(spec, 'podManagementPolicy', 'OrderedReady')
  const strategy = (spec.updateStrategy ??= {})
  if (!strategy.type) {
    strategy.type = 'RollingUpdate'
    ifMissing(strategy, 'rollingUpdate', {})
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) ifMissing(strategy.rollingUpdate, 'partition', 0)
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {})
  orElse(retention, 'whenDeleted', 'Retain')
  orElse(retention, 'whenScaled', 'Retain')
  ifMissing(spec, 'replicas', 1)
  ifMissing(spec, 'revisionHistoryLimit', KEPT_REVISIONS)
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1'
    claim.kind = 'PersistentVolumeClaim'
  }
}

/** A field of versions that are gone, kept for their controllers. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'

function defaultDaemonSet(object: DaemonSet): void {
  // Source: k8s.io/kubernetes v1.34, pkg/apis/apps/v1/conversion.go.
  const { metadata } = object
  if (metadata !== undefined) metadata.annotations = { [TEMPLATE_GENERATION]: '0', ...metadata.annotations }
  const spec = (object.spec ??= {} as DaemonSetSpec)
  defaultTemplate(spec)
  const strategy = (spec.updateStrategy ??= {})
  orElse(strategy, 'type', 'RollingUpdate')
  if (strategy.type === 'RollingUpdate') {
    const rolling = (strategy.rollingUpdate ??= {})
    ifMissing(rolling, 'maxUnavailable', 1)
    ifMissing(rolling, 'maxSurge', 0)
  }
  ifMissing(spec, 'revisionHistoryLimit', KEPT_REVISIONS)
}

/** Selector and labels come from the template. */
function defaultReplicationController(controller: ReplicationController): void {
  const spec = (controller.spec ??= {} as ReplicationControllerSpec)
  ifMissing(spec, 'replicas', 1)
  if (spec.template !== undefined) defaultTemplate(spec)
  const labels = spec.template?.metadata?.labels
  if (labels === undefined) return
  const isEmpty = (value: object | undefined) => value === undefined || Object.keys(value).length === 0
  if (isEmpty(controller.spec.selector)) controller.spec.selector = { ...labels }
  if (isEmpty(controller.metadata.labels)) controller.metadata.labels = { ...labels }
}
