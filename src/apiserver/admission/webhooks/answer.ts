/** What a webhook answers, checked. Source: k8s.io/apiserver v0.34, pkg/admission/plugin/webhook/request
 *  (VerifyAdmissionResponse). */
import type { k8s } from '../../../api/index.ts'
import { parseJson } from '../../../api/machinery.ts'
import type { AdmissionReview } from './review.ts'

export interface WebhookAnswer {
  allowed: boolean
  result: Partial<k8s.Status> | undefined
  /** The operations of a JSON patch; undefined when nothing is to be changed. */
  patch: unknown
  warnings: readonly string[]
  auditAnnotations: Readonly<Record<string, string>>
}

const V1 = 'admission.k8s.io/v1'

/** A patch that is not even JSON. */
export class UndecodablePatch extends Error {}
/** A patch of a type that nobody knows. */
export class UnsupportedPatchType extends Error {}

/** Throws an Error that says what is wrong with the answer to `asked`. */
export function readAnswer(value: unknown, asked: AdmissionReview, mutating: boolean): WebhookAnswer {
  const review = isObject(value) ? value : {}
  const { response } = review
  if (!isObject(response)) throw new Error('webhook response was absent')
  // Before v1 nobody checked.
  if (asked.apiVersion === V1) checkEnvelope(review, response, { asked, mutating })
  return {
    allowed: response.allowed === true,
    result: isObject(response.status) ? response.status : undefined,
    patch: mutating ? readPatch(response.patch, response.patchType) : undefined,
    warnings: Array.isArray(response.warnings) ? response.warnings.filter((text) => typeof text === 'string') : [],
    auditAnnotations: texts(response.auditAnnotations),
  }
}

function checkEnvelope(
  review: Record<string, unknown>,
  { uid, patch, patchType }: Record<string, unknown>,
  { asked, mutating }: { asked: AdmissionReview; mutating: boolean },
): void {
  const wanted = asked.request.uid
  if (uid !== wanted)
    throw new Error(`expected response.uid=${JSON.stringify(wanted)}, got ${JSON.stringify(text(uid))}`)
  if (review.apiVersion !== V1 || review.kind !== 'AdmissionReview')
    throw new Error(
      `expected webhook response of ${V1}, Kind=AdmissionReview, got ${text(review.apiVersion)}, Kind=${text(review.kind)}`,
    )
  const hasPatch = text(patch) !== ''
  const hasType = patchType !== undefined && patchType !== null
  if (!mutating) {
    if (hasPatch) throw new Error('validating webhook may not return response.patch')
    if (hasType) throw new Error('validating webhook may not return response.patchType')
    return
  }
  if (hasPatch && !hasType) throw new Error('webhook returned response.patch but not response.patchType')
  if (!hasPatch && hasType) throw new Error('webhook returned response.patchType but not response.patch')
  if (hasType && text(patchType) === '') throw new Error('webhook returned invalid response.patchType of ""')
}

function readPatch(patch: unknown, type: unknown): unknown {
  const encoded = text(patch)
  if (encoded === '') return undefined
  let operations: unknown
  try {
    operations = parseJson(Buffer.from(encoded, 'base64').toString())
  } catch (error) {
    throw new UndecodablePatch((error as Error).message)
  }
  if (type !== undefined && type !== null && type !== 'JSONPatch') throw new UnsupportedPatchType(text(type))
  return Array.isArray(operations) && operations.length === 0 ? undefined : operations
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const texts = (value: unknown): Record<string, string> =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).flatMap(([key, one]) => (typeof one === 'string' ? [[key, one]] : [])))
    : {}
