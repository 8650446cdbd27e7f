/** Certificate signing requests: whose they are, and who may write which part of their status.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/certificates/certificates and pkg/apis/certificates/validation. */
import { X509Certificate } from 'node:crypto'
import type { FieldError, k8s } from '../../../api/index.ts'
import { errorMessage, toKubernetesTime } from '../../../lib/index.ts'
import { pemBlocks } from '../../../certificates/index.ts'
import { readSigningRequest } from '../../certificates/signing-request.ts'
import type { AnyObject } from '../any-object.ts'
import { sameJson } from '../same-json.ts'
import type { Strategy } from '../strategy.ts'

type Condition = k8s.CertificateSigningRequestCondition

const DECISIONS = ['Approved', 'Denied'] as const
const CONDITIONS = 'status.conditions'
const CERTIFICATE = 'status.certificate'

const specOf = (object: AnyObject) => object.spec as k8s.CertificateSigningRequestSpec
const statusOf = (object: AnyObject) => (object.status ??= {}) as k8s.CertificateSigningRequestStatus
const conditionsOf = (object: AnyObject): Condition[] => statusOf(object).conditions ?? []

export const certificateSigningRequestStrategy: Strategy = {
  prepareForCreate(object, _backend, { user }) {
    const { username: _username, uid: _uid, groups: _groups, extra: _extra, ...asked } = specOf(object)
    object.spec = {
      ...asked,
      username: user.name,
      ...(user.uid && { uid: user.uid }),
      groups: [...user.groups],
      ...(user.extra && Object.keys(user.extra).length > 0 && { extra: user.extra }),
    }
    object.status = {}
  },
  prepareForUpdate(object, old) {
    object.spec = old.spec
  },
  prepareForStatus(object, old, { clock }, { subresource }) {
    if (subresource === 'approval') object.status = approvedStatus(object, old)
    else keepDecisions(object, old)
    stampConditions(object, old, toKubernetesTime(clock.now()))
  },
  async validate(object, old, { subresource }) {
    const errors = [...(await requestProblems(object)), ...certificateProblems(object)]
    if (old === undefined) return errors
    return [...errors, ...conditionChanges(object, old, subresource), ...certificateChanges(object, old, subresource)]
  },
}

/** An approval is conditions and nothing else. */
function approvedStatus(object: AnyObject, old: AnyObject): k8s.CertificateSigningRequestStatus {
  const { conditions: _conditions, ...kept } = statusOf(old)
  const conditions = conditionsOf(object)
  return conditions.length === 0 ? kept : { ...kept, conditions }
}

/** A write of the status cannot change a decision; one that adds or removes it is refused later. */
function keepDecisions(object: AnyObject, old: AnyObject): void {
  const conditions = conditionsOf(object)
  for (const decision of DECISIONS) {
    const before = conditionsOf(old).filter(({ type }) => type === decision)
    const places = conditions.flatMap(({ type }, i) => (type === decision ? [i] : []))
    if (places.length !== before.length) continue
    for (const [n, place] of places.entries()) conditions[place] = before[n] as Condition
  }
}

function stampConditions(object: AnyObject, old: AnyObject, now: string): void {
  for (const condition of conditionsOf(object)) {
    condition.lastUpdateTime ??= now
    const same = conditionsOf(old).find(
      ({ type, status, lastTransitionTime }) =>
        type === condition.type && status === condition.status && lastTransitionTime !== undefined,
    )
    condition.lastTransitionTime ??= same?.lastTransitionTime ?? now
  }
}

async function requestProblems(object: AnyObject): Promise<FieldError[]> {
  const { request } = specOf(object)
  try {
    await readSigningRequest(Buffer.from(request ?? '', 'base64').toString('utf8'))
    return []
  } catch (error) {
    return [invalidValue('spec.request', JSON.stringify(request ?? null), errorMessage(error))]
  }
}

function certificateProblems(object: AnyObject): FieldError[] {
  const { certificate } = statusOf(object)
  const why = certificate ? certificateProblem(Buffer.from(certificate, 'base64').toString('utf8')) : undefined
  return why === undefined ? [] : [invalidValue(CERTIFICATE, '"<certificate data>"', why)]
}

function certificateProblem(pem: string): string | undefined {
  const blocks = pemBlocks(pem)
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block'
  for (const { label, der, hasHeaders } of blocks) {
    if (label !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(label)}`
    if (hasHeaders) return 'no PEM block headers are permitted'
    try {
      // oxlint-disable-next-line no-new -- reading is the check
      new X509Certificate(der)
    } catch {
      return 'x509: malformed certificate'
    }
  }
  return undefined
}

function conditionChanges(object: AnyObject, old: AnyObject, subresource: string): FieldError[] {
  const of = (owner: AnyObject, wanted: string) => conditionsOf(owner).filter(({ type }) => type === wanted)
  const refused = (what: string, type: string) =>
    forbidden(CONDITIONS, `updates may not ${what} a condition of type "${type}"`)
  const errors: FieldError[] = []
  for (const type of [...DECISIONS, 'Failed'])
    if (of(object, type).length < of(old, type).length) errors.push(refused('remove', type))
  if (subresource === 'approval') return errors
  for (const type of DECISIONS) {
    const [now, before] = [of(object, type), of(old, type)]
    if (now.length > before.length) errors.push(refused('add', type))
    else if (now.length === before.length && !sameJson(now, before)) errors.push(refused('modify', type))
  }
  return errors
}

function certificateChanges(object: AnyObject, old: AnyObject, subresource: string): FieldError[] {
  const [now = '', before = ''] = [statusOf(object).certificate, statusOf(old).certificate]
  if (now === before) return []
  if (subresource !== 'status') return [forbidden(CERTIFICATE, 'updates may not set certificate content')]
  return before === '' ? [] : [forbidden(CERTIFICATE, 'updates may not modify existing certificate content')]
}

const invalidValue = (field: string, value: string, why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${value}: ${why}`,
})

const forbidden = (field: string, why: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${why}`,
})
