/** MutatingAdmissionWebhook: webhooks that may change what is written, one after the other.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/webhook/mutating. */
import { resources } from '../../../api/index.ts'
import { sameJson } from '../../registry/same-json.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionPlugin } from '../admission.ts'
import type { AdmissionRequest, Reinvocation } from '../admission-request.ts'
import { isExempt } from '../matching/index.ts'
import { applyAnswer } from './apply-answer.ts'
import { askWebhook } from './ask-webhook.ts'
import { type Hook, hooksOf } from './hook.ts'
import { HookFailure, internalError } from './refusal.ts'
import { shownTo } from './relevant.ts'

const AUDIT = 'mutation.webhook.admission.k8s.io'

const hooksNow = ({ views }: Backend) => views.of(resources.mutatingwebhookconfigurations).derived(hooksOf)

export const mutatingWebhooks: AdmissionPlugin = {
  name: 'MutatingAdmissionWebhook',
  handles: (request, backend) => hooksNow(backend).length > 0 && !isExempt(request),
  async mutate(request, backend) {
    const state = (request.reinvocation ??= {
      round: 0,
      wanted: false,
      askAgain: new Set(),
      outdated: new Set(),
      left: undefined,
    })
    if (state.round === 1 && !sameJson(state.left, request.object)) outdate(state)
    for (const [index, hook] of hooksNow(backend).entries()) {
      if (state.round === 1 && !state.outdated.has(hook.id)) continue
      const changed = await askInTurn(backend, request, { hook, index, state })
      if (changed) state.wanted = true
    }
    state.left = structuredClone(request.object)
  },
}

/** Whoever wants to be asked again after a change is. */
function outdate({ askAgain, outdated }: Reinvocation): void {
  for (const id of askAgain) outdated.add(id)
  askAgain.clear()
}

async function askInTurn(
  backend: Backend,
  request: AdmissionRequest,
  { hook, index, state }: { hook: Hook; index: number; state: Reinvocation },
): Promise<boolean> {
  const shown = await shownTo(hook, request, backend)
  if (shown === undefined) return false
  const { configuration, webhook } = hook
  const key = `round_${state.round}_index_${index}`
  let mutated = false
  try {
    const { patch } = await askWebhook(backend, { hook, request, shown, mutating: true })
    if (patch !== undefined) mutated = await applyAnswer(backend, request, { shown, patch, webhook: webhook.name })
  } catch (error) {
    if (!(error instanceof HookFailure)) throw error
    backend.logger.warn({ webhook: webhook.name, error: error.message }, 'a mutating webhook could not be asked')
    if (webhook.failurePolicy !== 'Ignore') throw internalError(error.message, error)
    request.context.annotate(`failed-open.${AUDIT}/${key}`, webhook.name)
  } finally {
    const told = { configuration, webhook: webhook.name, mutated }
    request.context.annotate(`${AUDIT}/${key}`, JSON.stringify(told))
  }
  if (mutated) outdate(state)
  if (webhook.reinvocationPolicy === 'IfNeeded') state.askAgain.add(hook.id)
  return mutated
}
