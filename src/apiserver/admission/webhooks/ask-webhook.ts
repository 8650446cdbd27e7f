/** Asks one webhook. Source: k8s.io/apiserver v0.34, pkg/admission/plugin/webhook/{mutating,validating}/dispatcher.go. */
import { errorMessage } from '../../../lib/index.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import type { Shown } from '../matching/index.ts'
import { readAnswer, UndecodablePatch, UnsupportedPatchType, type WebhookAnswer } from './answer.ts'
import type { Hook } from './hook.ts'
import { HookFailure, noDryRun, rejection } from './refusal.ts'
import { type AdmissionReview, admissionReview, reviewVersionOf } from './review.ts'

const DEFAULT_TIMEOUT_SECONDS = 10

export interface Question {
  hook: Hook
  request: AdmissionRequest
  shown: Shown
  mutating: boolean
}

/** What the webhook answers when it allows the request. Throws ApiError when it does not, and HookFailure when it could
 *  not be asked. */
export async function askWebhook(backend: Backend, question: Question): Promise<WebhookAnswer> {
  const { hook, request } = question
  const { webhook } = hook
  const { context } = request
  if (context.dryRun && webhook.sideEffects !== 'None' && webhook.sideEffects !== 'NoneOnDryRun')
    throw noDryRun(webhook.name)
  const review = reviewFor(backend, question)
  const answer = checked(await post(backend, hook, review), review, question)
  for (const [key, value] of Object.entries(answer.auditAnnotations)) context.annotate(`${webhook.name}/${key}`, value)
  for (const warning of answer.warnings) context.warn(warning)
  if (!answer.allowed) throw rejection(webhook.name, answer.result)
  return answer
}

function reviewFor(backend: Backend, { hook, request, shown }: Question): AdmissionReview {
  const version = reviewVersionOf(hook.webhook.admissionReviewVersions)
  if (version === undefined)
    throw new HookFailure(
      hook.webhook.name,
      'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)',
    )
  return admissionReview(version, backend.randomness.uuid(), { request, shown })
}

async function post(backend: Backend, { webhook }: Hook, body: AdmissionReview): Promise<unknown> {
  const { clientConfig, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = webhook
  try {
    return await backend.webhooks.post({
      config: clientConfig,
      body,
      timeoutMs: timeoutSeconds * 1000,
    })
  } catch (error) {
    throw new HookFailure(webhook.name, `failed to call webhook: ${(error as Error).message}`, { cause: error })
  }
}

function checked(value: unknown, review: AdmissionReview, { hook, mutating }: Question): WebhookAnswer {
  try {
    return readAnswer(value, review, mutating)
  } catch (error) {
    const why = errorMessage(error)
    const { name } = hook.webhook
    if (error instanceof UndecodablePatch)
      throw new HookFailure(name, `received undecodable patch in webhook response: ${why}`, { cause: error })
    if (error instanceof UnsupportedPatchType)
      throw new HookFailure(name, `unsupported patch type ${JSON.stringify(why)}`, { cause: error })
    throw new HookFailure(name, `received invalid webhook response: ${why}`, { cause: error })
  }
}
