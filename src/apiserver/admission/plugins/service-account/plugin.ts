/** ServiceAccount: every pod runs as an account of its namespace, and gets a token for it unless it does not want one.
 *  Source: kubernetes v1.34, plugin/pkg/admission/serviceaccount. */
import { type k8s, resources } from '../../../../api/index.ts'
import { generateName } from '../../../registry/metadata.ts'
import type { Backend } from '../../../server/context.ts'
import type { AdmissionPlugin } from '../../admission.ts'
import type { AdmissionRequest } from '../../admission-request.ts'
import { forbidden, isOf } from '../forbidden.ts'
import { forbiddenSecret, usesSecrets, usesTokens } from './secret-references.ts'
import { mountToken } from './token-volume.ts'

const DEFAULT = 'default'
const MIRROR = 'kubernetes.io/config.mirror'
const ENFORCE_SECRETS = 'kubernetes.io/enforce-mountable-secrets'

export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  handles: ({ operation, resource, subresource }) =>
    isOf(resource, resources.pods) &&
    (subresource === '' ? operation === 'CREATE' : subresource === 'ephemeralcontainers' && operation === 'UPDATE'),
  async mutate(request, backend) {
    const { metadata, spec } = podOf(request)
    if (request.operation !== 'CREATE' || isMirror(metadata)) return
    // The former name of the field is kept in step with the present one.
    spec.serviceAccountName ||= spec.serviceAccount || DEFAULT
    spec.serviceAccount = spec.serviceAccountName
    const account = await lookUp(request, backend)
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true)
      mountToken(spec, (prefix) => generateName(prefix, backend))
    const pulls = account.imagePullSecrets ?? []
    if ((spec.imagePullSecrets ?? []).length === 0 && pulls.length > 0)
      spec.imagePullSecrets = pulls.map(({ name }) => ({ name }))
  },
  async validate(request, backend) {
    const pod = podOf(request)
    if (request.operation === 'CREATE' && isMirror(pod.metadata)) return checkMirror(request, pod)
    if (!pod.spec.serviceAccountName)
      throw forbidden(request, `no service account specified for pod ${request.namespace}/${pod.metadata.name}`)
    const account = await lookUp(request, backend)
    if (account.metadata.annotations?.[ENFORCE_SECRETS] !== 'true') return
    const why = forbiddenSecret(pod, account)
    if (why !== undefined) throw forbidden(request, why)
  },
}

const podOf = ({ object }: AdmissionRequest) => object as unknown as k8s.Pod

const isMirror = ({ annotations }: k8s.ObjectMeta) => annotations !== undefined && Object.hasOwn(annotations, MIRROR)

/** What the kubelet runs of its own accord has nothing to do with the API. */
function checkMirror(request: AdmissionRequest, pod: k8s.Pod): void {
  if (pod.spec.serviceAccountName) throw forbidden(request, 'a mirror pod may not reference service accounts')
  if (usesSecrets(pod)) throw forbidden(request, 'a mirror pod may not reference secrets')
  if (usesTokens(pod)) throw forbidden(request, 'a mirror pod may not use ServiceAccountToken volume projections')
}

/** A namespace has its first account a moment after it was made. */
const ROUNDS = 10
const PAUSE_MS = 100

/** Throws ApiError `Forbidden` when there is no such account. */
async function lookUp(request: AdmissionRequest, { views, clock }: Backend): Promise<k8s.ServiceAccount> {
  const { namespace = '' } = request
  const name = podOf(request).spec.serviceAccountName ?? ''
  for (let round = 1; ; round++) {
    const found = views.of(resources.serviceaccounts).get({ namespace, name })
    if (found !== undefined) return found
    if (name !== DEFAULT || round === ROUNDS)
      throw forbidden(
        request,
        `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
      )
    await clock.sleep(PAUSE_MS)
  }
}
