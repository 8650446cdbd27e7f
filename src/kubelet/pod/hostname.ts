/** What a pod calls itself. Pure. Source: Kubernetes v1.34, pkg/kubelet/kubelet_pods.go (GeneratePodHostNameAndDomain),
 *  pkg/kubelet/util/util_linux.go (GetNodenameForKernel). */
import type { k8s } from '../../api/index.ts'
import { KubeletError } from '../errors.ts'

/** The most that Linux takes for the name of a host. */
const KERNEL_LIMIT = 64
const LABEL_LIMIT = 63

/** `domain` is empty where the pod has no subdomain. */
export function podHostname({ metadata, spec }: k8s.Pod, clusterDomain: string): { hostname: string; domain: string } {
  const hostname = (spec.hostname || metadata.name).slice(0, LABEL_LIMIT).replace(/[-.]+$/, '')
  const domain = spec.subdomain ? `${spec.subdomain}.${metadata.namespace ?? 'default'}.svc.${clusterDomain}` : ''
  return { hostname, domain }
}

/** What `hostname` says inside. Throws KubeletError `FailedCreatePodSandBox` where a whole name is wished for that is
 *  too long. */
export function kernelHostname(pod: k8s.Pod, clusterDomain: string): string {
  const { hostname, domain } = podHostname(pod, clusterDomain)
  if (!pod.spec.setHostnameAsFQDN || domain === '') return hostname
  const whole = `${hostname}.${domain}`
  if (whole.length > KERNEL_LIMIT)
    throw new KubeletError(
      'FailedCreatePodSandBox',
      `failed to construct FQDN from pod hostname and cluster domain, FQDN ${whole} is too long (${KERNEL_LIMIT} characters is the max, ${whole.length} characters requested)`,
    )
  return whole
}
