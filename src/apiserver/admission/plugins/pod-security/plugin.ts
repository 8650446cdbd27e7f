/** PodSecurity: pods and workloads against the level that their namespace asks for.
 *  Source: k8s.io/pod-security-admission v0.34, admission; kubernetes v1.34, plugin/pkg/admission/security/podsecurity. */
import { apiError, invalid, type k8s, resources } from '../../../../api/index.ts'
import { prefixOf } from '../../../registry/object-key.ts'
import { decodeEntry } from '../../../registry/object-text.ts'
import type { Backend } from '../../../server/context.ts'
import type { AdmissionPlugin } from '../../admission.ts'
import type { AdmissionRequest } from '../../admission-request.ts'
import { forbidden, isOf } from '../forbidden.ts'
import { checkedPod } from './check.ts'
import { details, evaluate } from './evaluate.ts'
import { warnOfExisting } from './existing-pods.ts'
import { hasTemplate, templateOf } from './pod-template.ts'
import { isNoStricter, type LevelVersion, type Policy, policyOf, printed, samePolicy } from './policy.ts'

const AUDIT = 'pod-security.kubernetes.io/'

export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  handles: ({ operation, resource, subresource }) => {
    if (operation !== 'CREATE' && operation !== 'UPDATE') return false
    if (isOf(resource, resources.pods)) return subresource === '' || subresource === 'ephemeralcontainers'
    return subresource === '' && (isOf(resource, resources.namespaces) || hasTemplate(resource))
  },
  validate(request, backend) {
    if (isOf(request.resource, resources.namespaces)) return validateNamespace(request, backend)
    return isOf(request.resource, resources.pods) ? validatePod(request, backend) : validateWorkload(request, backend)
  },
}

async function validateNamespace(request: AdmissionRequest, backend: Backend): Promise<void> {
  const { name, labels } = request.object?.metadata ?? { name: request.name }
  const { policy, errors } = policyOf(labels)
  const old = request.oldObject && policyOf(request.oldObject.metadata.labels)
  // Labels that were wrong before may stay so.
  const isNews = old === undefined || JSON.stringify(old.errors) !== JSON.stringify(errors)
  if (errors.length > 0 && isNews) throw invalid(resources.namespaces, name, errors)
  if (old === undefined) return
  const [before, now] = [old.policy.enforce, policy.enforce]
  if (now.level === 'privileged' || samePolicy(before, now)) return
  if (before.version === now.version && isNoStricter(now, before)) return
  const { entries } = await backend.store.list(prefixOf(resources.pods, name))
  const pods = entries.map((entry) => decodeEntry(entry) as unknown as k8s.Pod)
  for (const warning of warnOfExisting(name, pods, now)) request.context.warn(warning)
}

function validatePod(request: AdmissionRequest, backend: Backend): void {
  const { policy, errors } = namespacePolicy(request, backend)
  const { annotate } = request.context
  if (errors === '' && isPrivileged(policy.enforce, policy.audit, policy.warn))
    return annotate(`${AUDIT}enforce-policy`, printed(policy.enforce))
  const pod = request.object as unknown as k8s.Pod
  const old = request.oldObject as unknown as k8s.Pod | undefined
  if (old !== undefined && !isSignificant(pod, old)) return
  if (errors !== '') annotate(`${AUDIT}error`, errors)
  judge(request, policy, { template: { metadata: pod.metadata, spec: pod.spec }, enforced: true })
}

function validateWorkload(request: AdmissionRequest, backend: Backend): void {
  const { policy, errors } = namespacePolicy(request, backend)
  if (errors === '' && isPrivileged(policy.audit, policy.warn)) return
  const template = request.object && templateOf(request.resource, request.object)
  if (template === undefined) return
  if (errors !== '') request.context.annotate(`${AUDIT}error`, errors)
  judge(request, policy, { template, enforced: false })
}

function namespacePolicy({ namespace = '' }: AdmissionRequest, backend: Backend): { policy: Policy; errors: string } {
  const found = backend.views.of(resources.namespaces).get({ name: namespace })
  if (found === undefined)
    throw apiError('InternalError', `Internal error occurred: failed to lookup namespace ${JSON.stringify(namespace)}`)
  const { policy, errors } = policyOf(found.metadata.labels)
  const said = errors.map(({ field, message }) => `${field}: ${message}`)
  const list = said.length === 1 ? said[0] : `[${said.join(', ')}]`
  return { policy, errors: said.length === 0 ? '' : `Failed to parse policy: ${list}` }
}

const isPrivileged = (...modes: LevelVersion[]) => modes.every(({ level }) => level === 'privileged')

interface Judged {
  template: { metadata?: Partial<k8s.ObjectMeta> | undefined; spec?: k8s.PodSpec | undefined }
  /** Workloads are only talked about: their pods are what is refused. */
  enforced: boolean
}

function judge(request: AdmissionRequest, policy: Policy, { template, enforced }: Judged): void {
  const { context } = request
  const { metadata, spec = { containers: [] } } = template
  const pod = checkedPod({ metadata, spec })
  const say = (mode: LevelVersion, verb: string) => {
    const found = evaluate(mode, pod)
    return found.length === 0 ? undefined : `${verb} PodSecurity ${JSON.stringify(printed(mode))}: ${details(found)}`
  }
  if (enforced) context.annotate(`${AUDIT}enforce-policy`, printed(policy.enforce))
  const audited = say(policy.audit, 'would violate')
  if (audited !== undefined) context.annotate(`${AUDIT}audit-violations`, audited)
  const violated = enforced ? say(policy.enforce, 'violates') : undefined
  if (violated !== undefined) throw forbidden(request, violated)
  const warned = say(policy.warn, 'would violate')
  if (warned !== undefined) context.warn(warned)
}

/** Only another image or another container can make a running pod violate what it did not violate before. */
function isSignificant({ spec }: k8s.Pod, { spec: old }: k8s.Pod): boolean {
  const images = (containers: readonly k8s.Container[] | undefined) =>
    JSON.stringify((containers ?? []).map(({ image }) => image))
  if (images(spec?.containers) !== images(old?.containers)) return true
  if (images(spec?.initContainers) !== images(old?.initContainers)) return true
  return (spec?.ephemeralContainers ?? []).some(
    ({ name, image }) => old?.ephemeralContainers?.find((container) => container.name === name)?.image !== image,
  )
}
