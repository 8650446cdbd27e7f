/** ValidatingAdmissionWebhook: webhooks that may refuse what is written, all at once.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/webhook/validating. */
import { resources } from '../../../api/index.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionPlugin } from '../admission.ts'
import { isExempt } from '../matching/index.ts'
import { askWebhook, type Question } from './ask-webhook.ts'
import { hooksOf } from './hook.ts'
import { HookFailure, internalError } from './refusal.ts'
import { shownTo } from './relevant.ts'

const hooksNow = ({ views }: Backend) => views.of(resources.validatingwebhookconfigurations).derived(hooksOf)

export const validatingWebhooks: AdmissionPlugin = {
  name: 'ValidatingAdmissionWebhook',
  handles: (request, backend) => hooksNow(backend).length > 0 && !isExempt(request),
  async validate(request, backend) {
    const questions: Question[] = []
    for (const hook of hooksNow(backend)) {
      const shown = await shownTo(hook, request, backend)
      if (shown !== undefined) questions.push({ hook, request, shown, mutating: false })
    }
    const answers = await Promise.allSettled(questions.map((question, index) => ask(backend, question, index)))
    const refused = answers.find((answer) => answer.status === 'rejected')
    if (refused !== undefined) throw refused.reason
  },
}

async function ask(backend: Backend, question: Question, index: number): Promise<void> {
  const { webhook } = question.hook
  try {
    await askWebhook(backend, question)
  } catch (error) {
    if (!(error instanceof HookFailure)) throw error
    backend.logger.warn({ webhook: webhook.name, error: error.message }, 'a validating webhook could not be asked')
    if (webhook.failurePolicy !== 'Ignore') throw internalError(error.message, error)
    const key = `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`
    question.request.context.annotate(key, webhook.name)
  }
}
