/** Where it is written which pods belong together. Source: kube-scheduler v1.34, plugins/helper DefaultSelector. */
import { type k8s, type KubeObject, type Resource, resources } from '../api/index.ts'
import { workloadKey } from './snapshot.ts'

export interface SelectorSource {
  readonly resource: Resource<KubeObject>
  readonly selectorOf: (object: KubeObject) => k8s.LabelSelector | undefined
}

/** Of Services and ReplicationControllers, whose selectors are labels alone. */
const byLabels = (spec: { selector?: Record<string, string> | undefined } | undefined) =>
  spec?.selector && { matchLabels: spec.selector }

const from = <T extends KubeObject>(
  resource: Resource<T>,
  selectorOf: (object: T) => k8s.LabelSelector | undefined,
): SelectorSource => ({ resource, selectorOf }) as unknown as SelectorSource

export const SELECTOR_SOURCES: readonly SelectorSource[] = [
  from(resources.services, ({ spec }) => byLabels(spec)),
  from(resources.replicationcontrollers, ({ spec }) => byLabels(spec)),
  from(resources.replicasets, ({ spec }) => spec?.selector),
  from(resources.statefulsets, ({ spec }) => spec?.selector),
]

export const selectorKey = ({ resource }: SelectorSource, { metadata }: KubeObject): string =>
  workloadKey(resource.kind, metadata.namespace ?? '', metadata.name)
