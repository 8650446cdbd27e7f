/** A pod made from a Job's template. Source: k8s.io/kubernetes v1.34, pkg/controller/job (manageJob). */
import { type k8s, resources } from '../../api/index.ts'
import { podFromTemplate } from '../pods/index.ts'
import { judgeFailure } from './failure-policy.ts'
import { TRACKING_FINALIZER } from './finalizer.ts'
import {
  COMPLETION_INDEX,
  ignoredIndexFailures,
  INDEX_FAILURES,
  INDEX_IGNORED_FAILURES,
  indexFailures,
} from './pod-index.ts'

const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX'
/** A generated name may be so long without its five letters, that of a pod a host's name. */
const MAX_GENERATED_PREFIX = 58

export interface PodPlace {
  /** Undefined where the Job has no indexes. */
  index: number | undefined
  /** The failed pod it stands in for, where indexes have back-off limits of their own. */
  replaces: k8s.Pod | undefined
  /** Uniform in [0, 1). */
  random: () => number
}

export function podForJob(job: k8s.Job, { index, replaces, random }: PodPlace): k8s.Pod {
  const naming = {
    random,
    resource: resources.jobs,
    ...(index !== undefined && { generateName: namePrefix(job, index) }),
  }
  const pod = podFromTemplate(job, job.spec.template, naming)
  const { metadata } = pod
  metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), TRACKING_FINALIZER])]
  if (index === undefined || pod.spec === undefined) return pod
  metadata.annotations = { ...metadata.annotations, ...annotationsOf(job, index, replaces) }
  metadata.labels = { ...metadata.labels, [COMPLETION_INDEX]: `${index}` }
  return { ...pod, spec: indexedSpec(pod.spec, `${job.metadata.name}-${index}`) }
}

/** With the index, even where the Job's name must be cut for it. */
function namePrefix({ metadata }: k8s.Job, index: number): string {
  const end = `-${index}-`
  return `${metadata.name.slice(0, MAX_GENERATED_PREFIX - end.length)}${end}`
}

function indexedSpec(spec: k8s.PodSpec, hostname: string): k8s.PodSpec {
  const fieldPath = `metadata.labels['${COMPLETION_INDEX}']`
  const withIndex = (container: k8s.Container): k8s.Container =>
    container.env?.some(({ name }) => name === INDEX_VARIABLE)
      ? container
      : {
          ...container,
          env: [...(container.env ?? []), { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath } } }],
        }
  const { containers, initContainers } = spec
  return {
    ...spec,
    hostname,
    containers: containers.map(withIndex),
    ...(initContainers && { initContainers: initContainers.map(withIndex) }),
  }
}

function annotationsOf(job: k8s.Job, index: number, replaces: k8s.Pod | undefined): Record<string, string> {
  const annotations = { [COMPLETION_INDEX]: `${index}` }
  if (job.spec.backoffLimitPerIndex === undefined) return annotations
  const counts = replaces !== undefined && judgeFailure(job.spec.podFailurePolicy, replaces).counts
  const failures = replaces === undefined ? 0 : indexFailures(replaces) + Number(counts)
  const ignored = replaces === undefined ? 0 : ignoredIndexFailures(replaces) + Number(!counts)
  return {
    ...annotations,
    [INDEX_FAILURES]: `${failures}`,
    ...(ignored > 0 && { [INDEX_IGNORED_FAILURES]: `${ignored}` }),
  }
}
