/** One ConversionReview. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/conversion/webhook_converter.go:
 *  the checks of the answer and their words. */
import { apiError, isJsonObject, type k8s } from '../../../api/index.ts'
import { errorMessage } from '../../../lib/index.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import { checkConverted } from './check-converted.ts'
import type { ConversionServices } from './conversion-services.ts'

/** Kubernetes' own limit of a conversion. */
const TIMEOUT_MS = 30_000
const GROUP = 'apiextensions.k8s.io'
const REVIEWS = ['v1', 'v1beta1']

interface Wanted {
  objects: readonly AnyObject[]
  apiVersion: string
}

/** Throws ApiError `InternalError` when the webhook fails, or answers what it was not asked for. */
export async function askWebhook(
  webhook: k8s.WebhookConversion,
  wanted: Wanted,
  { webhooks, randomness }: ConversionServices,
): Promise<AnyObject[]> {
  const [first] = wanted.objects
  if (first === undefined) return []
  const version = webhook.conversionReviewVersions.find((one) => REVIEWS.includes(one))
  if (version === undefined) throw internal('no supported conversion review versions')
  const uid = randomness.uuid()
  const failed = (why: string) => internal(`conversion webhook for ${named(first)} ${why}`)
  const answer = await webhooks
    .post({
      config: webhook.clientConfig ?? {},
      body: {
        kind: 'ConversionReview',
        apiVersion: `${GROUP}/${version}`,
        request: { uid, desiredAPIVersion: wanted.apiVersion, objects: wanted.objects },
      },
      timeoutMs: TIMEOUT_MS,
    })
    .catch((error: unknown) => {
      throw failed(`failed: ${errorMessage(error)}`)
    })
  const result = convertedIn(answer, version === 'v1' ? uid : undefined)
  if ('error' in result) throw failed(`failed: ${result.error}`)
  const { converted } = result
  if (converted.length !== wanted.objects.length)
    throw failed(`returned ${converted.length} objects, expected ${wanted.objects.length}`)
  return wanted.objects.map((original, index) => {
    const checked = checkConverted(original, converted[index], wanted.apiVersion)
    if ('error' in checked) throw failed(`returned ${checked.what} at index ${index}: ${checked.error}`)
    return checked.object
  })
}

const internal = (message: string) => apiError('InternalError', message)

/** As Go prints a kind with its group and version. */
function named({ apiVersion = '', kind = '' }: AnyObject): string {
  return `${apiVersion}, Kind=${kind}`
}

type Answer = { converted: unknown[] } | { error: string }

/** `uid` is not checked by older webhooks. */
function convertedIn(answer: unknown, uid: string | undefined): Answer {
  if (!isJsonObject(answer)) return { error: 'the answer is no object' }
  if (uid !== undefined && (answer.kind !== 'ConversionReview' || answer.apiVersion !== `${GROUP}/v1`))
    return {
      error: `expected webhook response of ${GROUP}/v1, Kind=ConversionReview, got ${text(answer.apiVersion)}, Kind=${text(answer.kind)}`,
    }
  const { response } = answer
  if (!isJsonObject(response)) return { error: 'no response provided' }
  if (uid !== undefined && response.uid !== uid)
    return { error: `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}` }
  const result = isJsonObject(response.result) ? response.result : {}
  if (result.status !== 'Success')
    return { error: text(result.message) || `response.result.status was '${text(result.status)}', not 'Success'` }
  return { converted: Array.isArray(response.convertedObjects) ? response.convertedObjects : [] }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
