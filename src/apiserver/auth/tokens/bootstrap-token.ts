/** Bootstrap tokens: `<id>.<secret>`, kept as a Secret in kube-system, with which a node first says who it is.
 *  Source: k8s.io/kubernetes v1.34, plugin/pkg/auth/authenticator/token/bootstrap; k8s.io/cluster-bootstrap v0.34. */
import { timingSafeEqual } from 'node:crypto'
import { type k8s, resources, type UserInfo } from '../../../api/index.ts'
import type { Store } from '../../../store/index.ts'
import { objectKey } from '../../registry/object-key.ts'
import { decodeEntry } from '../../registry/object-text.ts'

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/
const GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/
const TYPE = 'bootstrap.kubernetes.io/token'

/** Undefined when it is no such token, or one that is not valid: Kubernetes does not say which. */
export async function bootstrapTokenUser(
  token: string,
  { store, nowMs }: { store: Pick<Store, 'get'>; nowMs: number },
): Promise<UserInfo | undefined> {
  const [, id, secret] = TOKEN.exec(token) ?? []
  if (id === undefined || secret === undefined) return undefined
  const ref = { namespace: 'kube-system', name: `bootstrap-token-${id}` }
  const entry = await store.get(objectKey(resources.secrets, ref))
  return entry && userOf(decodeEntry(entry), { id, secret, nowMs })
}

function userOf(
  { type, metadata, data = {} }: k8s.Secret,
  asked: { id: string; secret: string; nowMs: number },
): UserInfo | undefined {
  const text = (key: string) =>
    Object.hasOwn(data, key) ? Buffer.from(data[key] ?? '', 'base64').toString('utf8') : ''
  if (metadata.deletionTimestamp || type !== TYPE) return undefined
  if (!same(text('token-secret'), asked.secret) || text('token-id') !== asked.id) return undefined
  if (hasExpired(text('expiration'), asked.nowMs)) return undefined
  if (text('usage-bootstrap-authentication') !== 'true') return undefined
  const extra = text('auth-extra-groups')
  const groups = extra === '' ? [] : extra.split(',')
  if (!groups.every((group) => GROUP.test(group))) return undefined
  return {
    name: `system:bootstrap:${asked.id}`,
    groups: [...[...new Set(['system:bootstrappers', ...groups])].sort(), 'system:authenticated'],
  }
}

/** A time that cannot be read is over. */
export function hasExpired(expiration: string, nowMs: number): boolean {
  return expiration !== '' && !(Date.parse(expiration) > nowMs)
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
