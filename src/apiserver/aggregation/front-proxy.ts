/** How extension API servers know that a request comes from this server, and who sent it: a certificate of an authority
 *  of its own, and headers. Source: "Configure the Aggregation Layer", Kubernetes v1.34. */
import { join } from 'node:path'
import { resources, type UserInfo } from '../../api/index.ts'
import type { Clock } from '../../lib/index.ts'
import { openCertificateAuthority } from '../certificates/authority.ts'
import type { KeyPair } from '../../certificates/index.ts'
import { createObject } from '../registry/create.ts'
import { objectKey } from '../registry/object-key.ts'
import { updateObject } from '../registry/update.ts'
import { serverContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'

const CLIENT_NAME = 'front-proxy-client'
const CONFIG = { namespace: 'kube-system', name: 'extension-apiserver-authentication' }

export interface FrontProxy {
  caPem: string
  /** What this server shows to extension servers. */
  clientPair(): Promise<KeyPair>
}

export async function openFrontProxy(certificatesDir: string, clock: Clock): Promise<FrontProxy> {
  const authority = await openCertificateAuthority(join(certificatesDir, 'front-proxy'), clock)
  return {
    caPem: authority.caPem,
    clientPair: () => authority.clientPair(CLIENT_NAME, { user: CLIENT_NAME, groups: [] }),
  }
}

/** Tells extension servers whom to trust, in the ConfigMap they look for. */
export async function publishTrust(backend: Backend, frontProxy: FrontProxy, clientCaPem: string): Promise<void> {
  const data = {
    'client-ca-file': clientCaPem,
    'requestheader-allowed-names': JSON.stringify([CLIENT_NAME]),
    'requestheader-client-ca-file': frontProxy.caPem,
    'requestheader-extra-headers-prefix': JSON.stringify(['X-Remote-Extra-']),
    'requestheader-group-headers': JSON.stringify(['X-Remote-Group']),
    'requestheader-uid-headers': JSON.stringify(['X-Remote-Uid']),
    'requestheader-username-headers': JSON.stringify(['X-Remote-User']),
  }
  const context = serverContext()
  const { configmaps } = resources
  if ((await backend.store.get(objectKey(configmaps, CONFIG))) === undefined) {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...CONFIG }, data }
    await createObject(backend, configmaps, object, { namespace: CONFIG.namespace, context })
  } else await updateObject(backend, configmaps, CONFIG, (old) => ({ ...old, data }), { part: 'spec', context })
}

/** The headers that say who sent the request. What the client sent under these names must not get through. */
export function userHeaders({ name, uid, groups, extra = {} }: UserInfo): Record<string, string | string[]> {
  return {
    'x-remote-user': name,
    ...(uid && { 'x-remote-uid': uid }),
    'x-remote-group': [...groups],
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [`x-remote-extra-${encodeURIComponent(key)}`, [...values]]),
    ),
  }
}
