/** The ConfigMaps and Secrets that a pod names. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { PodContext } from './context.ts'
import type { ConfigSource } from './env.ts'

/** Reads each ConfigMap and Secret at most once. */
export function configSource(context: PodContext, pod: k8s.Pod): ConfigSource {
  const namespace = pod.metadata.namespace ?? 'default'
  const once = <T>(read: (name: string) => Promise<T>) => {
    const seen = new Map<string, Promise<T | undefined>>()
    return (name: string) => {
      const known = seen.get(name)
      if (known !== undefined) return known
      const reading = read(name).catch((error: unknown) => {
        if (isApiError(error, 'NotFound')) return undefined
        throw error
      })
      seen.set(name, reading)
      return reading
    }
  }
  return {
    configMap: once((name) => context.client.get(resources.configmaps, { namespace, name })),
    secret: once((name) => context.client.get(resources.secrets, { namespace, name })),
  }
}
