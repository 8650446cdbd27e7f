/** Fills the Secrets that were made to hold a service account's token, and removes those whose account is gone.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/serviceaccount/tokens_controller.go. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'

export const TOKEN_SECRET_TYPE = 'kubernetes.io/service-account-token'
export const ACCOUNT_NAME = 'kubernetes.io/service-account.name'
const ACCOUNT_UID = 'kubernetes.io/service-account.uid'

/** A token that lives as long as the secret of this name. */
export type IssueLegacyToken = (
  account: { namespace: string; name: string; uid: string },
  secretName: string,
) => Promise<string>

export interface ServiceAccountTokensController {
  client: Client
  caPem: string
  issueToken: IssueLegacyToken
}

/** `secret` is of the type for tokens. */
export async function reconcileTokenSecret(
  { client, caPem, issueToken }: ServiceAccountTokensController,
  secret: k8s.Secret,
): Promise<void> {
  const { namespace = '', name, annotations = {}, uid = '', deletionTimestamp } = secret.metadata
  if (deletionTimestamp !== undefined) return
  const account = await accountOf(client, { namespace, name: annotations[ACCOUNT_NAME] ?? '' })
  const claimed = annotations[ACCOUNT_UID]
  if (account === undefined || (claimed && claimed !== account.metadata.uid)) {
    await client.delete(resources.secrets, { namespace, name }, { preconditions: { uid } })
    return
  }
  const accountUid = account.metadata.uid ?? ''
  const data = { ...secret.data }
  data['ca.crt'] = base64(caPem)
  data.namespace ||= base64(namespace)
  data.token ||= base64(await issueToken({ namespace, name: account.metadata.name, uid: accountUid }, name))
  if (claimed === accountUid && sameData(data, secret.data ?? {})) return
  const metadata = { ...secret.metadata, annotations: { ...annotations, [ACCOUNT_UID]: accountUid } }
  await client.update(resources.secrets, { ...secret, metadata, data })
}

async function accountOf(
  client: Client,
  ref: { namespace: string; name: string },
): Promise<k8s.ServiceAccount | undefined> {
  if (ref.name === '') return undefined
  try {
    return await client.get(resources.serviceaccounts, ref)
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

const sameData = (a: Record<string, string>, b: Record<string, string>) =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value)
