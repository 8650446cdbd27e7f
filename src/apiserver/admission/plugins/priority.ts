/** Priority: a pod's number comes from its class. Source: kubernetes v1.34, plugin/pkg/admission/priority. */
import { type k8s, resources } from '../../../api/index.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionPlugin } from '../admission.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { forbidden, isOf } from './forbidden.ts'

export const priority: AdmissionPlugin = {
  name: 'Priority',
  handles: ({ operation, resource, subresource }) =>
    (operation === 'CREATE' || operation === 'UPDATE') &&
    subresource === '' &&
    (isOf(resource, resources.pods) || isOf(resource, resources.priorityclasses)),
  mutate(request, backend) {
    if (!isOf(request.resource, resources.pods)) return
    if (request.operation === 'CREATE') setPriority(request, backend)
    else keepPriority(request)
  },
  validate(request, backend) {
    if (isOf(request.resource, resources.priorityclasses)) checkOnlyDefault(request, backend)
  },
}

function setPriority(request: AdmissionRequest, backend: Backend): void {
  const { spec } = request.object as unknown as k8s.Pod
  const { value, preemptionPolicy } = classOf(request, spec, backend)
  const given = spec.priority
  if (given !== undefined && given !== value)
    throw forbidden(
      request,
      `the integer value of priority (${given}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    )
  spec.priority = value
  const policy = spec.preemptionPolicy
  if (policy !== undefined && policy !== preemptionPolicy)
    throw forbidden(
      request,
      `the string value of PreemptionPolicy (${policy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    )
  spec.preemptionPolicy = preemptionPolicy
}

function classOf(request: AdmissionRequest, spec: k8s.PodSpec, { views }: Backend) {
  const classes = views.of(resources.priorityclasses)
  const name = spec.priorityClassName
  const found = name
    ? (classes.get({ name }) as unknown as k8s.PriorityClass | undefined)
    : classes.derived(defaultClass)
  if (found === undefined && name) throw forbidden(request, `no PriorityClass with name ${name} was found`)
  if (found !== undefined) spec.priorityClassName = found.metadata.name
  return { value: found?.value ?? 0, preemptionPolicy: found?.preemptionPolicy ?? 'PreemptLowerPriority' }
}

/** Should there be several, the lowest is meant. */
function defaultClass(classes: readonly AnyObject[]): k8s.PriorityClass | undefined {
  return (classes as unknown as readonly k8s.PriorityClass[])
    .filter(({ globalDefault }) => globalDefault)
    .toSorted((a, b) => a.value - b.value)[0]
}

/** It is given once; whoever replaces a pod need not repeat it. */
function keepPriority({ object, oldObject }: AdmissionRequest): void {
  const { spec } = object as unknown as k8s.Pod
  const { spec: old } = oldObject as unknown as k8s.Pod
  if (old.priority !== undefined) spec.priority ??= old.priority
  if (old.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.preemptionPolicy
}

function checkOnlyDefault(request: AdmissionRequest, { views }: Backend): void {
  const { globalDefault, metadata } = request.object as unknown as k8s.PriorityClass
  if (!globalDefault) return
  const current = views.of(resources.priorityclasses).derived(defaultClass)?.metadata.name
  if (current === undefined || (request.operation === 'UPDATE' && current === metadata.name)) return
  throw forbidden(request, `PriorityClass ${current} is already marked as default. Only one default can exist`)
}
