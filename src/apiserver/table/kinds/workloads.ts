import type { k8s } from '../../../api/index.ts'
import { AGE, count, type Column, integer, NAME, type Printer, text, wide } from '../column.ts'
import { containerImages, containerNames, labelsText, selectorText } from '../words.ts'

type Templated = { spec?: { template?: k8s.PodTemplateSpec | undefined } }
type Selecting = Templated & { spec?: { selector?: k8s.LabelSelector | undefined } }

const CONTAINERS: readonly Column<Templated>[] = [
  wide(text('Containers', ({ spec }) => containerNames(spec?.template?.spec))),
  wide(text('Images', ({ spec }) => containerImages(spec?.template?.spec))),
]
const SELECTOR: Column<Selecting> = wide(text('Selector', ({ spec }) => selectorText(spec?.selector)))

const counts: readonly Column<k8s.ReplicaSet | k8s.ReplicationController>[] = [
  integer('Desired', ({ spec }) => spec?.replicas ?? 0),
  integer('Current', ({ status }) => status?.replicas ?? 0),
  integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
]

export const deploymentPrinter: Printer<k8s.Deployment> = {
  columns: [
    NAME,
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    count('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
    count('Available', ({ status }) => status?.availableReplicas ?? 0),
    AGE,
    ...CONTAINERS,
    SELECTOR,
  ],
}

export const replicaSetPrinter: Printer<k8s.ReplicaSet> = { columns: [NAME, ...counts, AGE, ...CONTAINERS, SELECTOR] }

export const replicationControllerPrinter: Printer<k8s.ReplicationController> = {
  columns: [NAME, ...counts, AGE, ...CONTAINERS, wide(text('Selector', ({ spec }) => labelsText(spec?.selector)))],
}

export const statefulSetPrinter: Printer<k8s.StatefulSet> = {
  columns: [
    NAME,
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    AGE,
    ...CONTAINERS,
  ],
}

export const daemonSetPrinter: Printer<k8s.DaemonSet> = {
  columns: [
    NAME,
    integer('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0),
    integer('Current', ({ status }) => status?.currentNumberScheduled ?? 0),
    integer('Ready', ({ status }) => status?.numberReady ?? 0),
    integer('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0),
    integer('Available', ({ status }) => status?.numberAvailable ?? 0),
    text('Node Selector', ({ spec }) => labelsText(spec?.template?.spec?.nodeSelector)),
    AGE,
    ...CONTAINERS,
    SELECTOR,
  ],
}

export const controllerRevisionPrinter: Printer<k8s.ControllerRevision> = {
  columns: [
    NAME,
    text('Controller', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find((one) => one.controller === true)
      if (owner === undefined) return '<none>'
      const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : ''
      return `${owner.kind.toLowerCase()}${group}/${owner.name}`
    }),
    count('Revision', ({ revision }) => revision),
    AGE,
  ],
}
