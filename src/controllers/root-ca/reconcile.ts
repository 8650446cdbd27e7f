/** Gives each namespace the cluster's CA as the ConfigMap `kube-root-ca.crt`, so that pods can tell the API server is
 *  the right one. Source: k8s.io/kubernetes v1.34, pkg/controller/certificates/rootcacertpublisher. */
import { apiVersionOf, type k8s, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'

export const ROOT_CA_NAME = 'kube-root-ca.crt'
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

export interface RootCaController {
  client: Client
  caPem: string
  namespaces: Informer<k8s.Namespace>
  /** Config maps named `kube-root-ca.crt` alone. */
  configMaps: Informer<k8s.ConfigMap>
}

export async function reconcileRootCa(controller: RootCaController, namespace: string): Promise<void> {
  const { client, caPem, namespaces, configMaps } = controller
  const owner = namespaces.get({ name: namespace })
  if (owner === undefined || owner.metadata.deletionTimestamp !== undefined) return
  const present = configMaps.get({ namespace, name: ROOT_CA_NAME })
  const data = { 'ca.crt': caPem }
  const annotations = { 'kubernetes.io/description': DESCRIPTION }
  if (present === undefined) {
    const metadata = { name: ROOT_CA_NAME, namespace, annotations }
    const { configmaps } = resources
    await client.create(configmaps, { apiVersion: apiVersionOf(configmaps), kind: configmaps.kind, metadata, data })
  } else if (present.data?.['ca.crt'] !== caPem || Object.keys(present.data).length > 1)
    await client.update(resources.configmaps, { ...present, data })
}
