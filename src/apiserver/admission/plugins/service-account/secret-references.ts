/** Which Secrets a pod uses, and those that its service account does not let it use.
 *  Source: kubernetes v1.34, plugin/pkg/admission/serviceaccount (limitSecretReferences). */
import type { k8s } from '../../../../api/index.ts'

/** Why the pod may not run as this account; undefined when it may. Asked only where the account limits its pods. */
export function forbiddenSecret({ spec }: k8s.Pod, account: k8s.ServiceAccount): string | undefined {
  const allowed = new Set((account.secrets ?? []).map(({ name }) => name))
  const { name } = account.metadata
  const unknown = `is not allowed because service account ${name} does not reference that`
  for (const { secret } of spec.volumes ?? [])
    if (secret !== undefined && !allowed.has(secret.secretName))
      return `volume with secret.secretName="${secret.secretName}" ${unknown} secret`
  for (const [what, container] of containersOf(spec))
    for (const { secret, by } of secretsOf(container))
      if (!allowed.has(secret))
        return `${what} ${container.name} with ${by} referencing secret.secretName="${secret}" ${unknown} secret`
  const pulls = new Set((account.imagePullSecrets ?? []).map((pull) => pull.name))
  const index = (spec.imagePullSecrets ?? []).findIndex((pull) => !pulls.has(pull.name))
  if (index === -1) return undefined
  return `imagePullSecrets[${index}].name="${spec.imagePullSecrets?.[index]?.name}" ${unknown} imagePullSecret`
}

/** Whether the pod needs any Secret. */
export const usesSecrets = ({ spec }: k8s.Pod): boolean =>
  (spec.imagePullSecrets ?? []).length > 0 ||
  containersOf(spec).some(([, container]) => secretsOf(container).length > 0) ||
  (spec.volumes ?? []).some(
    ({ secret, projected }) =>
      secret !== undefined || projected?.sources?.some((source) => source.secret !== undefined),
  )

export const usesTokens = ({ spec }: k8s.Pod): boolean =>
  (spec.volumes ?? []).some(({ projected }) =>
    projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined),
  )

const containersOf = (spec: k8s.PodSpec): [string, k8s.Container][] => [
  ...(spec.initContainers ?? []).map((container): [string, k8s.Container] => ['init container', container]),
  ...spec.containers.map((container): [string, k8s.Container] => ['container', container]),
  ...(spec.ephemeralContainers ?? []).map((container): [string, k8s.Container] => [
    'ephemeral container',
    container as k8s.Container,
  ]),
]

const secretsOf = ({ env = [], envFrom = [] }: k8s.Container): { secret: string; by: string }[] => [
  ...env.flatMap(({ name, valueFrom }) =>
    valueFrom?.secretKeyRef ? [{ secret: valueFrom.secretKeyRef.name ?? '', by: `envVar ${name}` }] : [],
  ),
  ...envFrom.flatMap(({ secretRef }) => (secretRef ? [{ secret: secretRef.name ?? '', by: 'envFrom' }] : [])),
]
